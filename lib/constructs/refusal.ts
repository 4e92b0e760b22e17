import { type Duration, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Refuses what a construct was given: one line with where, what was got and what to do. */
export function refuse(where: IConstruct, text: string): never {
  throw new Error(`${where.node.path}: ${text}`);
}

/** Refuses a prop that is missing or of the wrong type, which only TypeScript would catch. */
export function refuseOther(where: IConstruct, prop: string, value: unknown, wanted: string): never {
  const got = typeof value === 'object' && value !== null ? value.constructor.name : JSON.stringify(value);
  refuse(where, `${prop} is missing or of another kind, got ${got}; pass ${wanted}`);
}

/** Refuses a time that is not a Duration, such as a number of seconds. */
export function expectDuration(where: IConstruct, prop: string, value: Duration | undefined): void {
  if (value === undefined || typeof value?.toSeconds === 'function') return;
  refuse(where, `${prop} must be a Duration, got ${JSON.stringify(value)}; write it like Duration.seconds(30)`);
}

/** Refuses numbers only the deployment would know, such as a parameter's: what follows from them is decided before. */
export function refuseTokens(
  where: IConstruct,
  numbers: Readonly<Record<string, number | Duration | undefined>>,
): void {
  for (const [prop, value] of Object.entries(numbers)) {
    const isToken = typeof value === 'object' ? value.isUnresolved() : Token.isUnresolved(value);
    if (isToken) refuse(where, `${prop} must be known at synth, got a token; write a number`);
  }
}

/** Refuses a construct of another stack, which would tie the two together; `recipe` is how it is found by name. */
export function refuseOtherStack(where: IConstruct, other: IConstruct, recipe: string): void {
  if (inOneStack(where, other)) return;
  refuse(
    where,
    `stacks share only names, got ${other.node.path} of another stack; use ${recipe} in the stack of ${where.node.id}`,
  );
}

/** Whether two constructs are deployed together; nested stacks are deployed with the stack they are in. */
export function inOneStack(one: IConstruct, other: IConstruct): boolean {
  return outermost(one) === outermost(other);
}

function outermost(construct: IConstruct): Stack {
  const stack = Stack.of(construct);
  return stack.nestedStackParent ? outermost(stack.nestedStackParent) : stack;
}
