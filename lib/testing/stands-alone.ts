import type { IConstruct } from 'constructs';
import { expectNone, type Finding } from './finding.ts';
import { type SynthesizedStack, synthesized } from './synthesized.ts';

const MEND = 'share a name instead, such as that of an SSM parameter';

/**
 * Expects that every stack of an app deploys alone: it exports nothing, imports nothing and waits for no other. Of two
 * stacks that depend on each other, neither can be changed first (incident 3).
 */
export function expectStandsAlone(scope: IConstruct): void {
  expectNone('stacks that share nothing but names', synthesized(scope).flatMap(ties));
}

function ties({ stack, declarations, exports }: SynthesizedStack): Finding[] {
  const imports = [...declarations].flatMap(([where, declaration]) => {
    const text = JSON.stringify(declaration);
    const ways = ['Fn::ImportValue', 'Fn::GetStackOutput'].filter((way) => text.includes(`"${way}":`));
    return ways.map((way) => ({ where, got: `${way} of another stack`, mend: MEND }));
  });
  const exported = [...exports].map(([where, name]) => ({
    where,
    got: `the export ${name}, which cannot change while a stack imports it`,
    mend: MEND,
  }));
  // Nested stacks are their parent's, and go with it.
  const waits = stack.nestedStackParent ? [] : stack.dependencies;
  return [
    ...exported,
    ...imports,
    ...waits.map((other) => ({ where: stack.node.path, got: `a wait for ${other.node.path}`, mend: MEND })),
  ];
}
