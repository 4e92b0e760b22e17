import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { apiPage, documentedNames } from '../../../bin/package/api-page.ts';
import { type PublicName, publicNames } from '../../../bin/package/public-names.ts';
import { temporaryFolder } from '../../rehearsal.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');

/** What a reader of the page would miss. */
function gaps(names: readonly PublicName[]): string[] {
  return names.flatMap(({ name, kind, doc, members }) => [
    ...(doc.sentence ? [] : [`${name} has no sentence`]),
    ...members.flatMap((member) => [
      ...(member.doc.sentence || kind === 'class' ? [] : [`${name}.${member.name} has no sentence`]),
      ...(member.isOptional && !member.doc.default ? [`${name}.${member.name} has no @default`] : []),
      ...(!member.isOptional && member.doc.default ? [`${name}.${member.name} has a @default, and is required`] : []),
    ]),
  ]);
}

describe('the public API', () => {
  it('is documented: every name and prop has its sentence, every optional prop its default', () => {
    const names = documentedNames(PROJECT).flat();
    expect(names.length).toBeGreaterThan(35);
    expect(gaps(names)).toEqual([]);
  });

  it('would be found undocumented', () => {
    const folder = temporaryFolder();
    const files = {
      'tsconfig.json': '{ "compilerOptions": { "strict": true, "types": [] } }',
      'door.ts': `export { type Props, Thing } from './thing';`,
      'thing.ts': `/** Said. */
        export class Thing { private secret = 1; bare = 2; }
        export interface Props {
          /** Said. @default 1 */ readonly good?: number;
          /** Said. */ readonly forgotten?: number;
          /** Said. @default 1 */ readonly contradictory: number;
          readonly bare: number;
        }`,
    };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    expect(gaps(publicNames(join(folder, 'tsconfig.json'), [join(folder, 'door.ts')])[0]!)).toEqual([
      'Props has no sentence',
      'Props.forgotten has no @default',
      'Props.contradictory has a @default, and is required',
      'Props.bare has no sentence',
    ]);
  });

  it('is what its page says; if not, run: node bin/docs.ts', () => {
    expect(apiPage(PROJECT)).toBe(readFileSync(join(PROJECT, 'docs', 'api.md'), 'utf8'));
  });
});
