import { CfnElement, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IConstruct } from 'constructs';

/** A resource as its template has it. */
export interface Resource {
  /** Path of the construct that made it. */
  readonly where: string;
  readonly logicalId: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are of every shape
  readonly properties: any;
  /** What declares it; none where it is of an included template. */
  readonly element: CfnElement | undefined;
}

/** A stack as it would be deployed. */
export interface SynthesizedStack {
  readonly stack: Stack;
  readonly resources: readonly Resource[];
  /** Everything its template declares, whatever it is, by the path of the construct that made it. */
  readonly declarations: ReadonlyMap<string, unknown>;
  /** Names of exports by the path of their output. */
  readonly exports: ReadonlyMap<string, string>;
}

/** The stacks of an app or a stage, or one stack, as synthesized; nested stages and stacks included. */
export function synthesized(scope: IConstruct): readonly SynthesizedStack[] {
  const stacks = scope.node.findAll().filter((construct) => Stack.isStack(construct));
  if (stacks.length === 0) throw new Error(`${scope.node.path || 'the app'}: got no stack; make its stacks first`);
  return stacks.map((stack) => {
    const template = Template.fromStack(stack).toJSON();
    const { Resources = {}, Outputs = {} } = template;
    const elements = elementsByLogicalId(stack);
    const where = (logicalId: string): string =>
      elements.get(logicalId)?.node.path.replace(/\/Resource$/, '') ?? `${stack.node.path}/${logicalId}`;
    return {
      stack,
      resources: Object.keys(Resources).map((logicalId) => ({
        where: where(logicalId),
        logicalId,
        type: Resources[logicalId].Type,
        properties: Resources[logicalId].Properties ?? {},
        element: elements.get(logicalId),
      })),
      declarations: new Map(
        Object.values(template)
          .filter((section) => typeof section === 'object')
          .flatMap((section) => Object.keys(section).map((logicalId) => [where(logicalId), section[logicalId]])),
      ),
      exports: new Map(
        Object.keys(Outputs)
          .filter((logicalId) => Outputs[logicalId].Export)
          .map((logicalId) => [where(logicalId), JSON.stringify(Outputs[logicalId].Export.Name)]),
      ),
    };
  });
}

function elementsByLogicalId(stack: Stack): Map<string, CfnElement> {
  const elements = stack.node.findAll().filter((construct) => CfnElement.isCfnElement(construct));
  const own = elements.filter((element) => element.stack === stack);
  return new Map(own.map((element) => [stack.resolve(element.logicalId), element]));
}
