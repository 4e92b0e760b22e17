import { describe, expect, it } from '@jest/globals';
import { readSources, wrongImports } from './imports.ts';

describe('imports', () => {
  it('go one way, without cycles', () => {
    const sources = readSources(`${import.meta.dirname}/..`);
    expect(sources.size).toBeGreaterThan(50);
    expect(wrongImports(sources)).toEqual([]);
  });

  it.each([
    ['a part above', 'assembly/a.ts', `import { b } from '../system/b.ts';`, 'assembly/ may not import system/'],
    ['constructs, from the twin', 'twin/a.ts', `export * from '../lib/b.ts';`, 'twin/ may not import lib/'],
    [
      'values of the contract, from the twin',
      'twin/a.ts',
      `import { b } from '../contract/b.ts';`,
      'types of contract/ only',
    ],
    ['another service', 'services/a/a.ts', `import '../b/b.ts';`, 'services/a/ may not import services/b/'],
    ['a service, from the chassis', 'services/chassis/a.ts', `import '../b/b.ts';`, 'may not import services/b/'],
    [
      'the shop, from constructs',
      'lib/constructs/a.ts',
      `import type { B } from '../shop/b.ts';`,
      'may not import lib/shop/',
    ],
    ['the door from inside', 'lib/constructs/a.ts', `import { b } from './index.ts';`, 'a door is for those outside'],
    [
      'a package, from constructs',
      'lib/constructs/a.ts',
      `import { rules } from 'cdk-nag/lib';`,
      'may not import this package',
    ],
    [
      'anything, from the contract',
      'contract/a.ts',
      `import { join } from 'node:path';`,
      'may not import this package',
    ],
    ['by a call', 'system/a.ts', `const b = await import('../twin/b.ts');`, 'system/ may not import twin/'],
    ['by a type', 'system/a.ts', `let b: import('../twin/b.ts').B;`, 'system/ may not import twin/'],
    ['over several lines', 'system/a.ts', `import {\n  b,\n} from '../twin/b.ts';`, 'system/ may not import twin/'],
  ])('are found if they reach for %s', (_, path, source, reason) => {
    expect(wrongImports(new Map([[path, source]]))).toEqual([expect.stringContaining(reason)]);
  });

  it('are found if they form a cycle, even of types only', () => {
    const sources = new Map([
      ['twin/a.ts', `import { b } from './b.ts';`],
      ['twin/b.ts', `import { c } from './c.ts';`],
      ['twin/c.ts', `import type { A } from './a.ts';`],
    ]);
    expect(wrongImports(sources)).toEqual(['cycle: twin/a.ts → twin/b.ts → twin/c.ts → twin/a.ts']);
  });

  it('are found if the folders of a part form a cycle, though their files do not', () => {
    const sources = new Map([
      ['twin/tasks/a.ts', `import { b } from '../network/b.ts';`],
      ['twin/network/b.ts', `import { c } from '../shared.ts';`],
      ['twin/network/d.ts', `import type { E } from '../tasks/e.ts';`],
      ['twin/tasks/e.ts', ''],
      ['twin/shared.ts', ''],
    ]);
    expect(wrongImports(sources)).toEqual(['cycle: twin/tasks → twin/network → twin/tasks']);
  });

  it('are not mistaken for words in comments', () => {
    const source = `/** Not an import from '../twin/b.ts'. */\n// import '../twin/b.ts'\nexport const a = 1;`;
    expect(wrongImports(new Map([['system/a.ts', source]]))).toEqual([]);
  });
});
