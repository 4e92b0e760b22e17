import type { Assembly, MetadataEntry, Stack } from '../assembly/assembly.ts';
import { AGNOSTIC_ACCOUNT, AGNOSTIC_REGION } from '../assembly/read-assembly.ts';
import type { Honesty } from './honesty.ts';
import { inOrder, type Order } from './in-order.ts';
import { Pending } from './pending.ts';
import { Recorder } from './recorder.ts';
import type { Resource, ResourceType } from './resource.ts';
import { ResourceIndex } from './resource-index.ts';
import { inertWhy } from './resources/inert.ts';
import { resourceTypes } from './resources/list.ts';
import { roleHonesty } from './role-honesty.ts';
import { gatherServices } from './services-of.ts';
import { SharedValues, type SsmValues } from './shared-values.ts';
import type { System, SystemStack } from './system.ts';
import { SystemError } from './system-error.ts';
import { TemplateScope } from './template-scope.ts';

/** What is known besides the templates. */
export interface SystemOptions {
  /** Values of SSM parameters that no stack of the assembly writes. @default - none */
  readonly ssmParameters?: SsmValues | undefined;
}

/** What the templates of an assembly ask for. What cannot be read is refused in `honesty`, and the rest still reads. */
export const readSystem = (assembly: Assembly, { ssmParameters = {} }: SystemOptions = {}): System => {
  const pending = new Pending();
  const shared = new SharedValues(pending, ssmParameters);
  const scopes = assembly.stacks.map((stack) => new TemplateScope(stack, stack.template, pending, shared));
  shared.refuseDoubled();
  const readings = new Map(scopes.map((scope) => [scope.stack.name, readStack(scope)]));
  for (const scope of scopes)
    for (const inner of scope.all()) for (const name of inner.parametersRead()) shared.announce(inner, name);
  const stacks = inOrder(
    assembly.stacks.map((stack) => systemStack(stack, shared)),
    deployment,
  );
  const ordered = stacks.map((stack) => readings.get(stack.name)!);
  const index = new ResourceIndex(ordered.flatMap((reading) => reading.resources));
  const system: System = {
    account: assembly.stacks[0]?.account ?? AGNOSTIC_ACCOUNT,
    region: assembly.stacks[0]?.region ?? AGNOSTIC_REGION,
    stacks,
    of: <T>(type: ResourceType<T>) => index.of(type),
    find: <T>(type: ResourceType<T>, value: string) => index.find(type, value),
    metadata: metadataOf(assembly),
    givenParameters: ssmParameters,
    images: assembly.images,
    honesty: ordered.flatMap((reading) => reading.honesty),
  };
  return { ...system, honesty: overruled(system.honesty, [...gatherServices(system).honesty, ...roleHonesty(system)]) };
};

/** What is known only once all resources are read replaces what a resource alone seemed to allow. */
const overruled = (notes: readonly Honesty[], later: readonly Honesty[]): readonly Honesty[] => [
  ...notes.filter((note) => note.verdict === 'refused' || !later.some((one) => covers(one, note))),
  ...later,
];

const covers = (later: Honesty, { id, property }: Honesty): boolean =>
  later.id === id && (later.property === '*' || `${property}.`.startsWith(`${later.property}.`));

/** Stacks are deployed after those they read. */
const deployment: Order<SystemStack> = {
  keyOf: ({ name }) => name,
  needsOf: ({ after }) => after,
  refuse: (cycle) =>
    new SystemError(`stacks wait for each other: ${cycle}; none can be deployed first, let one stop reading the other`),
};

const systemStack = (stack: Stack, shared: SharedValues): SystemStack => ({
  name: stack.name,
  path: stack.path,
  after: [...new Set([...stack.dependsOn, ...shared.readBy(stack.name)])],
});

interface Reading {
  readonly resources: Resource<unknown>[];
  readonly honesty: Honesty[];
}

const readStack = (scope: TemplateScope): Reading => {
  const reading: Reading = { resources: [], honesty: [] };
  const paths = pathsByLogicalId(scope.stack);
  for (const inner of scope.all())
    for (const logicalId of Object.keys(inner.template.Resources)) readResource(inner, logicalId, paths, reading);
  return reading;
};

const NESTED_STACK = 'AWS::CloudFormation::Stack';
const NO_TEMPLATE = 'its template is not in the assembly; nest stacks by the CDK’s NestedStack';
const UNKNOWN = 'the twin does not know this type; what needs it will not find it, the rest runs';

const readResource = (
  scope: TemplateScope,
  logicalId: string,
  paths: ReadonlyMap<string, string>,
  { resources, honesty }: Reading,
): void => {
  const { Type: type, Properties = {}, Metadata } = scope.template.Resources[logicalId]!;
  const id = scope.id(logicalId);
  const note = (property: string, verdict: Honesty['verdict'], why: string): void => {
    honesty.push({ id, type, property, verdict, why });
  };
  const recorder = new Recorder(Object.keys(Properties), (name) => scope.property(logicalId, name));
  try {
    if (!scope.exists(logicalId)) return;
    const known = resourceTypes.get(type);
    const data = known?.read(recorder.take);
    const notes = [...recorder.notes()];
    const inert = inertWhy(type, logicalId);
    if (known && recorder.whole?.verdict !== 'refused') {
      const { ref, attributes } = scope.identity(logicalId);
      const path = Metadata?.['aws:cdk:path'] ?? paths.get(scope.qualified(logicalId)) ?? id;
      resources.push({
        id,
        stack: scope.stack.name,
        logicalId: scope.qualified(logicalId),
        type,
        path: String(path),
        ref,
        attributes: { ...attributes },
        dependsOn: scope.dependsOn(logicalId),
        data,
      });
    }
    if (type === NESTED_STACK && !scope.nests(logicalId)) note('*', 'refused', NO_TEMPLATE);
    else if (inert !== undefined) note('*', 'accepted', inert);
    else if (!known) note('*', 'refused', UNKNOWN);
    else if (recorder.whole) note('*', recorder.whole.verdict, recorder.whole.why);
    else {
      note('*', 'simulated', 'the twin acts on it');
      for (const [property, { verdict, why }] of notes) note(property, verdict, why);
    }
  } catch (error) {
    note('*', 'refused', (error as Error).message);
  }
};

/** Construct paths as the manifest has them, for templates synthesized without path metadata. */
const pathsByLogicalId = (stack: Stack): ReadonlyMap<string, string> =>
  new Map(
    [...stack.metadata].flatMap(([path, entries]) =>
      entries.filter((entry) => entry.type === 'aws:cdk:logicalId').map((entry) => [String(entry.data), path] as const),
    ),
  );

const metadataOf = (assembly: Assembly) => {
  const entries = new Map<string, readonly MetadataEntry[]>(assembly.stacks.flatMap((stack) => [...stack.metadata]));
  return (path: string, type: string): unknown => {
    const parts = path.split('/');
    for (let length = parts.length; length > 0; length--) {
      const found = entries.get(parts.slice(0, length).join('/'))?.find((entry) => entry.type === type);
      if (found) return found.data;
    }
    return undefined;
  };
};
