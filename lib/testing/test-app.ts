import { App, type AppProps, cx_api } from 'aws-cdk-lib';

/**
 * An app with all recommended feature flags, as `cdk init` sets them; a plain `new App()` reads no `cdk.json`.
 * Without CloudFormation's own rules, which cost a second or two: ask for them where they are the point.
 */
export function testApp(props: AppProps = {}): App {
  return new App({
    builtinCloudFormationValidation: false,
    ...props,
    context: { ...cx_api.CURRENTLY_RECOMMENDED_FLAGS, ...props.context },
  });
}
