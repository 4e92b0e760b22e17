import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type PublicName, publicNames } from '../../../bin/package/public-names.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');
const DOOR = 'services/chassis/index.ts';

/** What a door exports, which of it as types only, and who comes through it. */
interface Door {
  readonly source: string;
  readonly names: readonly Pick<PublicName, 'name' | 'kind' | 'declaration' | 'members'>[];
  readonly users: readonly string[];
}

/** Names that no user imports, and that as types are not even mentioned by a name that one does. */
function needless({ source, names, users }: Door): string[] {
  const imported = users.flatMap((user) => [...user.matchAll(IMPORT)].flatMap(([, list]) => namesIn(list!)));
  const asTypes = new Set([...source.matchAll(EXPORT)].flatMap(([, all, list]) => typesIn(list!, all !== undefined)));
  const needed = new Set(imported);
  for (const name of needed) {
    const known = names.find((one) => one.name === name);
    for (const word of known ? wordsOf(known) : []) if (asTypes.has(word)) needed.add(word);
  }
  return names.map(({ name }) => name).filter((name) => !needed.has(name));
}

const IMPORT = /^import (?:type )?\{([^}]*)\} from '[./\w]+\/chassis\/index\.ts';$/gm;
const EXPORT = /^export (type )?\{([^}]*)\} from/gm;

const parts = (list: string): string[] => list.split(',').flatMap((part) => part.trim() || []);
const namesIn = (list: string): string[] => parts(list).map((part) => part.replace('type ', ''));
const typesIn = (list: string, all: boolean): string[] =>
  namesIn(
    parts(list)
      .filter((part) => all || part.startsWith('type '))
      .join(),
  );

/** Of a class only what others see of it. */
const wordsOf = ({ kind, declaration, members }: Door['names'][number]): string[] => {
  const seen = kind === 'class' ? /^[^{]*|constructor\([^)]*\)/g : /[\s\S]*/g;
  const text = [...declaration.matchAll(seen), ...members.map((member) => member.declaration)].join(' ');
  return text.match(/\w+/g) ?? [];
};

describe('the door of the chassis', () => {
  const names = publicNames(join(PROJECT, 'bin/package/tsconfig.esm.json'), [join(PROJECT, DOOR)])[0]!;
  const services = ['services/*/*.ts', 'examples/**/*.ts'].flatMap((pattern) => globSync(pattern, { cwd: PROJECT }));
  const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

  it('exports nothing but what services and examples use, and the types these names speak of', () => {
    const users = services.filter((path) => !path.includes('node_modules')).map(read);
    expect(users.length).toBeGreaterThan(30);
    expect(needless({ source: read(DOOR), names, users })).toEqual([]);
  });

  it('says what each name is, and what holds without each prop', () => {
    const props = /Props$|Definition$|^Route$/;
    const unnamed = names.filter(({ name, doc }) => !doc.sentence && !props.test(name)).map(({ name }) => name);
    const unsaid = names
      .filter(({ name }) => props.test(name))
      .flatMap(({ name, members }) =>
        members
          .filter((prop) => !prop.doc.sentence || prop.isOptional !== (prop.doc.default !== undefined))
          .map((prop) => `${name}.${prop.name}`),
      );
    expect([...unnamed, ...unsaid]).toEqual([]);
  });
});

describe('a name behind a door', () => {
  const name = (called: string, declaration: string) => ({
    name: called,
    kind: 'type' as const,
    declaration,
    members: [],
  });
  const source = `export { used, value, type Told, type Untold } from './used.ts';`;
  const names = [name('used', 'used(told: Told): void'), name('value', ''), name('Told', ''), name('Untold', '')];

  it('is found if nobody imports it, and if nobody who is imported speaks of it', () => {
    const users = [`import { used } from '../chassis/index.ts';`];
    expect(needless({ source, names, users })).toEqual(['value', 'Untold']);
  });

  it('is not found if it is imported among others', () => {
    const users = [`import {\n  type Untold,\n  used,\n  value,\n} from '../../../services/chassis/index.ts';`];
    expect(needless({ source, names, users })).toEqual([]);
  });
});
