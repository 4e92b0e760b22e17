import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../rehearsal.ts';

const PROJECT = resolve(import.meta.dirname, '..', '..');
const PAGES = ['chassis', 'from-aws-ecs-patterns', 'from-copilot', 'take-one-construct'];

/** TypeScript of a page, each piece whole: `from-copilot-1.ts` → its text. */
function snippets(page: string, text: string): [string, string][] {
  const found = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  return found.map(([, code], index) => [`${page}-${index + 1}.ts`, code!]);
}

/** What the compiler says of these files in the project of someone who has the package. */
function compile(files: readonly [string, string][]): string {
  const folder = temporaryFolder();
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2024'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    types: ['node'],
    paths: {
      'mosaic-cdk': [join(PROJECT, 'lib/constructs/index.ts')],
      'mosaic-cdk/chassis': [join(PROJECT, 'services/chassis/index.ts')],
      'mosaic-cdk/testing': [join(PROJECT, 'lib/testing/index.ts')],
    },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: files.map(([name]) => name) }));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const [name, code] of files) writeFileSync(join(folder, name), code);
  const { stdout, stderr } = spawnSync('tsc', ['-p', folder, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' });
  return stdout + stderr;
}

describe('what the pages show', () => {
  const files = PAGES.flatMap((page) => snippets(page, readFileSync(join(PROJECT, 'docs', `${page}.md`), 'utf8')));

  it('compiles', () => {
    expect(files.length).toBeGreaterThanOrEqual(8);
    expect(compile(files)).toBe('');
  });

  it('would be found wrong', () => {
    const wrong = files.map(([name, code]): [string, string] => [name, code.replace('minTasks:', 'minimumTasks:')]);
    expect(compile(wrong)).toMatch(/^from-copilot-1\.ts\(\d+,\d+\): .*'minimumTasks' does not exist in type/m);
  });
});
