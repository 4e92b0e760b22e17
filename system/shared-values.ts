import type { Stack, Template } from '../assembly/assembly.ts';
import { ResolveError, resolve, type Scope } from '../assembly/intrinsics.ts';
import type { Pending } from './pending.ts';
import { SystemError } from './system-error.ts';

/** Versions of the bootstrap stack, which every CDK template asks for and no stack of an app writes. */
const BOOTSTRAP_VERSION = /^\/cdk-bootstrap\/[^/]+\/version$/;

/** Values of SSM parameters, by name. */
export type SsmValues = Readonly<Record<string, string>>;

/** A template as this file needs it. */
export interface Sharing extends Scope {
  readonly stack: Stack;
  readonly template: Template;
  readonly isNested: boolean;
  id(logicalId: string): string;
  exists(logicalId: string): boolean;
  property(logicalId: string, name: string): unknown;
  outputValue(name: string): unknown;
}

/**
 * Where values of one stack meet readers in another: SSM parameters, exports and outputs. Remembers who read whom, and
 * has the parameters that no stack writes, as far as they were given.
 */
export class SharedValues {
  readonly #scopes: Sharing[] = [];
  readonly #pending: Pending;
  readonly #given: SsmValues;
  readonly #reads = new Map<string, Set<string>>();
  #parameters: Map<string, [Sharing, string]> | undefined;
  #exports: Map<string, [Sharing, string]> | undefined;

  constructor(pending: Pending, given: SsmValues) {
    this.#pending = pending;
    this.#given = given;
  }

  add(scope: Sharing): void {
    this.#scopes.push(scope);
  }

  /** Fails if a value was given for a parameter that a stack writes: only one of the two can be what a reader gets. */
  refuseDoubled(): void {
    for (const name of Object.keys(this.#given)) {
      const [scope, logicalId] = this.#parameterOwner(name) ?? [];
      if (scope && logicalId)
        throw new SystemError(
          `${scope.id(logicalId)} writes the SSM parameter ${name}, and a value was given for it as well; take that out`,
        );
    }
  }

  /** Names of the stacks whose values this one has read so far. */
  readBy(stack: string): readonly string[] {
    return [...(this.#reads.get(stack) ?? [])];
  }

  /** Notes that a stack reads a parameter, without asking for its value. */
  announce(reader: Sharing, name: string): void {
    const owner = this.#parameterOwner(name);
    if (owner) this.#note(reader, owner[0]);
  }

  /** Value of the SSM parameter of this name: from the stack that writes it, else as it was given. */
  parameter(reader: Sharing, name: string): string {
    if (BOOTSTRAP_VERSION.test(name)) return '30';
    const owner = this.#parameterOwner(name);
    if (!owner) {
      if (Object.hasOwn(this.#given, name)) return this.#given[name]!;
      throw new ResolveError(
        `no stack of this assembly writes the SSM parameter ${name}; add the stack that does, or give its value with --ssm-parameters`,
      );
    }
    const [scope, logicalId] = owner;
    this.#note(reader, scope);
    return this.#pending.once(`SSM parameter ${name}`, () => String(scope.property(logicalId, 'Value') ?? ''));
  }

  /** Value a stack exports under this name. */
  exported(reader: Sharing, name: string): unknown {
    this.#exports ??= new Map(this.#scopes.flatMap((scope) => exportsOf(scope)));
    const owner = this.#exports.get(name);
    if (!owner)
      throw new ResolveError(`no stack of this assembly exports ${name}; add the stack that does, or export the value`);
    this.#note(reader, owner[0]);
    return owner[0].outputValue(owner[1]);
  }

  /** Value of an output of another stack. */
  output(reader: Sharing, stack: string, name: string): unknown {
    const scope = this.#scopes.find((one) => one.stack.name === stack && !one.isNested);
    const value = scope?.outputValue(name);
    if (!scope || value === undefined)
      throw new ResolveError(`${stack} has no output ${name}; add the stack or the output`);
    this.#note(reader, scope);
    return value;
  }

  #note(reader: Sharing, owner: Sharing): void {
    if (reader.stack.name === owner.stack.name) return;
    const reads = this.#reads.get(reader.stack.name);
    if (reads) reads.add(owner.stack.name);
    else this.#reads.set(reader.stack.name, new Set([owner.stack.name]));
  }

  #parameterOwner(name: string): [Sharing, string] | undefined {
    this.#parameters ??= new Map(this.#scopes.flatMap((scope) => parametersOf(scope)));
    return this.#parameters.get(name);
  }
}

type Owned = readonly [name: string, owner: [Sharing, string]];

const parametersOf = (scope: Sharing): readonly Owned[] =>
  Object.entries(scope.template.Resources)
    .filter(([, resource]) => resource.Type === 'AWS::SSM::Parameter')
    .flatMap(([logicalId, resource]): readonly Owned[] => {
      const name = named(() => resolve(resource.Properties?.Name, scope, `${scope.id(logicalId)}.Name`));
      return name === undefined || !scope.exists(logicalId) ? [] : [[name, [scope, logicalId]]];
    });

const exportsOf = (scope: Sharing): readonly Owned[] =>
  Object.entries(scope.template.Outputs ?? {}).flatMap(([output, { Export }]): readonly Owned[] => {
    const name = Export && named(() => resolve(Export.Name, scope, `${scope.id(output)}.Export.Name`));
    return name === undefined ? [] : [[name, [scope, output]]];
  });

/** Nobody can ask for a name that cannot be computed. */
const named = (name: () => unknown): string | undefined => {
  try {
    const value = name();
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
};
