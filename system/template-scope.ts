import type { Stack, Template, TemplateResource } from '../assembly/assembly.ts';
import { holds, ResolveError, resolve } from '../assembly/intrinsics.ts';
import { placeOf } from '../assembly/physical-id.ts';
import type { Pending } from './pending.ts';
import { resourceTypes } from './resources/list.ts';
import { placeholder } from './resources/placeholder.ts';
import type { SharedValues, Sharing } from './shared-values.ts';

/** What `Ref` and `Fn::GetAtt` give for a resource. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A nested stack's template stands inside its parent's: this is where, and what the parent hands it. */
export interface Nesting {
  readonly parent: TemplateScope;
  /** Logical id of the nested stack in its parent. */
  readonly logicalId: string;
}

/** One template with its values resolved as they are asked for. */
export class TemplateScope implements Sharing {
  readonly stack: Stack;
  readonly template: Template;
  readonly #pending: Pending;
  readonly #shared: SharedValues;
  readonly #nesting: Nesting | undefined;
  readonly #nested = new Map<string, TemplateScope>();

  constructor(stack: Stack, template: Template, pending: Pending, shared: SharedValues, nesting?: Nesting) {
    this.stack = stack;
    this.template = template;
    this.#pending = pending;
    this.#shared = shared;
    this.#nesting = nesting;
    shared.add(this);
    for (const logicalId of Object.keys(template.Resources)) {
      const inner = stack.nested.get(this.qualified(logicalId));
      if (inner)
        this.#nested.set(logicalId, new TemplateScope(stack, inner, pending, shared, { parent: this, logicalId }));
    }
  }

  get isNested(): boolean {
    return this.#nesting !== undefined;
  }

  /** This template and those nested in it. */
  *all(): Iterable<TemplateScope> {
    yield this;
    for (const inner of this.#nested.values()) yield* inner.all();
  }

  /** Whether this is a nested stack whose template the assembly has. */
  nests(logicalId: string): boolean {
    return this.#nested.has(logicalId);
  }

  /** Logical id, unique in the stack: `Nested/Queue` for a resource of a nested stack. */
  qualified(logicalId: string): string {
    return this.#nesting ? `${this.#nesting.parent.qualified(this.#nesting.logicalId)}/${logicalId}` : logicalId;
  }

  /** `stack/logicalId` */
  id(logicalId: string): string {
    return `${this.stack.name}/${this.qualified(logicalId)}`;
  }

  /** Whether the conditions of the resource, and of the nested stack around it, hold. */
  exists(logicalId: string): boolean {
    if (this.#nesting && !this.#nesting.parent.exists(this.#nesting.logicalId)) return false;
    const condition = this.template.Resources[logicalId]?.Condition;
    return condition === undefined || holds(condition, this, this.id(logicalId));
  }

  /** Logical ids, unique in the stack, of what comes before this resource. */
  dependsOn(logicalId: string): readonly string[] {
    const own = this.#resource(logicalId).DependsOn ?? [];
    const around = this.#nesting?.parent.dependsOn(this.#nesting.logicalId) ?? [];
    return [...[own].flat().map((one) => this.qualified(one)), ...around];
  }

  /** A property at the top of a resource, resolved. */
  property(logicalId: string, name: string): unknown {
    const value = this.#resource(logicalId).Properties?.[name];
    if (value === undefined || value === null) return undefined;
    const at = `${this.id(logicalId)}.${name}`;
    return this.#pending.once(at, () => resolve(value, this, at));
  }

  identity(logicalId: string): Identity {
    return this.#pending.once(this.id(logicalId), () => {
      const { Type } = this.#resource(logicalId);
      const place = placeOf(this.stack, this.qualified(logicalId));
      const property = (name: string): unknown => this.property(logicalId, name);
      return resourceTypes.get(Type)?.identity(place, property) ?? placeholder(place, Type, property);
    });
  }

  ref(name: string): unknown {
    const parameter = this.template.Parameters?.[name];
    return parameter
      ? this.#pending.once(`parameter ${this.id(name)}`, () => this.#parameter(name))
      : this.identity(name).ref;
  }

  attribute(logicalId: string, name: string): unknown {
    const inner = this.#nested.get(logicalId);
    if (inner && name.startsWith('Outputs.')) return inner.outputValue(name.slice('Outputs.'.length));
    const value = this.identity(logicalId).attributes[name];
    if (value !== undefined) return value;
    throw new ResolveError(`${this.id(logicalId)} (${this.#resource(logicalId).Type}) has no attribute ${name} here`);
  }

  exported(name: string): unknown {
    return this.#shared.exported(this, name);
  }

  output(stack: string, name: string): unknown {
    return this.#shared.output(this, stack, name);
  }

  dynamic(service: string, reference: string): string | undefined {
    return service === 'ssm' ? this.#shared.parameter(this, reference.replace(/:\d+$/, '')) : undefined;
  }

  /** Value of an output of this template; undefined where it has none. */
  outputValue(name: string): unknown {
    const output = this.template.Outputs?.[name];
    const at = `${this.id(name)}.Value`;
    return output && this.#pending.once(`output ${at}`, () => resolve(output.Value, this, at));
  }

  /** Names of the SSM parameters this template's own parameters read. */
  parametersRead(): readonly string[] {
    return Object.values(this.template.Parameters ?? {})
      .filter((parameter) => parameter.Type.startsWith(FROM_SSM))
      .map((parameter) => String(parameter.Default ?? ''));
  }

  #parameter(name: string): unknown {
    const { Type, Default } = this.template.Parameters![name]!;
    const given = this.#nesting?.parent.property(this.#nesting.logicalId, 'Parameters') as
      | Record<string, unknown>
      | undefined;
    const value = given?.[name] ?? Default;
    if (value === undefined)
      throw new ResolveError(
        `parameter ${this.id(name)} has no default, and a rehearsal passes no values; give it a Default`,
      );
    const text = Type.startsWith(FROM_SSM) ? this.#shared.parameter(this, String(value)) : value;
    const isList = /^CommaDelimitedList$|^List<|Value<(List<|CommaDelimitedList)/.test(Type);
    return isList && typeof text === 'string' ? text.split(',').map((part) => part.trim()) : text;
  }

  #resource(logicalId: string): TemplateResource {
    const resource = this.template.Resources[logicalId];
    if (resource) return resource;
    throw new ResolveError(
      `${this.stack.name} has no resource or parameter ${this.qualified(logicalId)}; correct the name`,
    );
  }
}

const FROM_SSM = 'AWS::SSM::Parameter::Value<';
