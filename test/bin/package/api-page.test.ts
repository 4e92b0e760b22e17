import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { apiPages, documentedNames } from '../../../bin/package/api-page.ts';
import { type PublicName, publicNames } from '../../../bin/package/public-names.ts';
import { temporaryFolder } from '../../rehearsal.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');

/** What a reader of the pages would miss. */
function gaps(names: readonly PublicName[]): string[] {
  return names.flatMap(({ name, doc, members }) => [
    ...(doc.sentence ? [] : [`${name} has no sentence`]),
    ...members.flatMap((member) => [
      ...(member.doc.sentence ? [] : [`${name}.${member.name} has no sentence`]),
      ...(member.isOptional && !member.doc.default ? [`${name}.${member.name} has no @default`] : []),
      ...(!member.isOptional && member.doc.default ? [`${name}.${member.name} has a @default, and is required`] : []),
    ]),
  ]);
}

/** The names of a door to one module of this text. */
function namesOf(door: string, thing: string): PublicName[] {
  const folder = temporaryFolder();
  const files = {
    'tsconfig.json': '{ "compilerOptions": { "strict": true, "target": "es2022", "types": [] } }',
    'door.ts': `export ${door} from './thing';`,
    'thing.ts': thing,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return publicNames(join(folder, 'tsconfig.json'), [join(folder, 'door.ts')])[0]!;
}

describe('the public API', () => {
  it('is documented: every name and member has its sentence, every optional one its default', () => {
    const names = documentedNames(PROJECT);
    const ofEachDoor = ['Microservice', 'testApp', 'runService', 'ClientProps'];
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(ofEachDoor));
    expect(gaps(names)).toEqual([]);
  });

  it('would be found undocumented', () => {
    const names = namesOf(
      '{ type Props, Thing }',
      `/** Said. */
      export class Thing {
        private secret = 1;
        #hidden = 2;
        bare = 3;
        /** Said. */
        get good() { return this.#hidden; }
      }
      interface Base {
        readonly taken: number;
      }
      export interface Props extends Base {
        /** Said. @default 1 */ readonly good?: number;
        /** Said. */ readonly forgotten?: number;
        /** Said. @default 1 */ readonly contradictory: number;
        readonly bare: number;
      }`,
    );
    expect(gaps(names)).toEqual([
      'Props has no sentence',
      'Props.forgotten has no @default',
      'Props.contradictory has a @default, and is required',
      'Props.bare has no sentence',
      'Props.taken has no sentence',
      'Thing.bare has no sentence',
    ]);
  });

  it('is shown as callers see it: types that are inferred, and no code', () => {
    const names = namesOf(
      '{ type Code, double, type Given, Made, none }',
      `const codes = { lost: 404, busy: 503 };
      export type Code = keyof typeof codes;
      export const double = (value = 1): number => value * 2;
      export const none: Pick<Made, 'count'> = { count: 0 };
      export class Given { constructor(of: string) {} }
      export class Made { count = 0; constructor(count?: number) {} get text() { return String(this.count); } }`,
    );
    expect(
      names.map(({ declaration, construction, members }) => [
        members.length > 0 ? members.map((member) => member.declaration) : declaration.split(' {')[0],
        construction?.declaration,
      ]),
    ).toEqual([
      ["type Code = 'busy' | 'lost'", undefined],
      ['function double(value = 1): number', undefined],
      ['class Given', undefined],
      [['count: number', 'text: string'], 'new Made(count?: number)'],
      ["const none: Pick<Made, 'count'>", undefined],
    ]);
  });

  const pages = Object.entries(apiPages(PROJECT));

  it.each(pages)('is what docs/%s says; if not, run: node bin/docs.ts', (file, text) => {
    expect(text).toBe(readFileSync(join(PROJECT, 'docs', file), 'utf8'));
  });

  it.each(pages)('has a link of its own to every heading of docs/%s', (_, text) => {
    const links = [...text.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor);
    expect(new Set(links).size).toBe(text.match(/^##+ /gm)!.length);
  });
});
