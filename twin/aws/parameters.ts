import { arn } from '../../system/resources/arn.ts';
import { ssmParameter } from '../../system/resources/ssm-parameter.ts';
import type { System } from '../../system/system.ts';

/** A parameter of SSM as the API shows it. */
export interface Parameter {
  readonly name: string;
  readonly arn: string;
  /** `String` or `StringList` */
  readonly kind: string;
  readonly value: string;
}

/** The parameters the templates write, and those that were given. */
export class Parameters {
  readonly #byName: ReadonlyMap<string, Parameter>;
  readonly #prefix: string;

  constructor(system: System) {
    this.#prefix = arn(system, 'ssm', 'parameter');
    const written = system.of(ssmParameter).map(({ ref, data }) => ({ name: ref, kind: data.kind, value: data.value }));
    const given = Object.entries(system.givenParameters).map(([name, value]) => ({ name, kind: 'String', value }));
    this.#byName = new Map([...written, ...given].map((each) => [each.name, { ...each, arn: this.arn(each.name) }]));
  }

  /** ARN of a parameter by name or ARN, whether it exists or not. */
  arn(nameOrArn: string): string {
    if (nameOrArn.startsWith('arn:')) return nameOrArn;
    return `${this.#prefix}/${nameOrArn.replace(/^\//, '')}`;
  }

  /** A parameter by name or ARN. */
  get(nameOrArn: string): Parameter | undefined {
    if (!nameOrArn.startsWith('arn:')) return this.#byName.get(nameOrArn);
    if (!nameOrArn.startsWith(`${this.#prefix}/`)) return undefined;
    const name = nameOrArn.slice(this.#prefix.length);
    return this.#byName.get(name) ?? this.#byName.get(name.slice(1));
  }

  /** Parameters below a path, by name; without `recursive` only those directly below. */
  under(path: string, recursive: boolean): readonly Parameter[] {
    const prefix = path.endsWith('/') ? path : `${path}/`;
    return [...this.#byName.values()]
      .filter(({ name }) => name.startsWith(prefix) && (recursive || !name.slice(prefix.length).includes('/')))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
