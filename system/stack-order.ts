import type { SystemStack } from './system.ts';
import { SystemError } from './system-error.ts';

/** Stacks after those they read, otherwise in the order given; a cycle is an error that names the path. */
export const inDeploymentOrder = (stacks: readonly SystemStack[]): readonly SystemStack[] => {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const ordered = new Set<SystemStack>();
  const visit = (stack: SystemStack, waiting: readonly string[]): void => {
    if (ordered.has(stack)) return;
    const start = waiting.indexOf(stack.name);
    if (start >= 0) {
      const round = [...waiting.slice(start), stack.name].join(' → ');
      throw new SystemError(
        `stacks wait for each other: ${round}; none can be deployed first, let one stop reading the other`,
      );
    }
    for (const name of stack.after) {
      const before = byName.get(name);
      if (before) visit(before, [...waiting, stack.name]);
    }
    ordered.add(stack);
  };
  for (const stack of stacks) visit(stack, []);
  return [...ordered];
};
