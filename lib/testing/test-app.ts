import { App, type AppProps } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };

/**
 * An app with all recommended feature flags, as `cdk init` sets them; a plain `new App()` reads no `cdk.json`.
 * Without CloudFormation's own rules, which cost a second or two: ask for them where they are the point.
 */
export function testApp(props: AppProps = {}): App {
  return new App({
    builtinCloudFormationValidation: false,
    ...props,
    context: { ...recommendedFlags, ...props.context },
  });
}
