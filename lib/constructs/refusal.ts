import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Refuses what a construct was given: one line with where, what was got and what to do. */
export function refuse(where: IConstruct, text: string): never {
  throw new Error(`${where.node.path}: ${text}`);
}

/** Refuses a prop that is missing or is something else, which only TypeScript says. */
export function refuseOther(where: IConstruct, prop: string, value: unknown, wanted: string): never {
  const got = typeof value === 'object' && value !== null ? value.constructor.name : JSON.stringify(value);
  refuse(where, `${prop} is missing or of another kind, got ${got}; pass ${wanted}`);
}

/** Refuses a construct of another stack, which would tie the two together; `recipe` is how it is found by name. */
export function refuseOtherStack(where: IConstruct, other: IConstruct, recipe: string): void {
  if (outermost(other) === outermost(where)) return;
  refuse(
    where,
    `stacks share only names, got ${other.node.path} of another stack; use ${recipe} in the stack of ${where.node.id}`,
  );
}

/** Nested stacks are deployed with the stack they are in. */
function outermost(construct: IConstruct): Stack {
  const stack = Stack.of(construct);
  return stack.nestedStackParent ? outermost(stack.nestedStackParent) : stack;
}
