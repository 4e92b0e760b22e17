import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** One value for each app, made when a construct of that app first asks for it. */
export function perApp<T>(make: () => T): (construct: IConstruct) => T {
  const values = new WeakMap<IConstruct, T>();
  return ({ node }) => {
    const value = values.get(node.root) ?? make();
    values.set(node.root, value);
    return value;
  };
}

/** A key for what is unique within one account and region, those of the construct's stack. */
export function placeKey(construct: IConstruct, ...names: readonly string[]): string {
  const { account, region } = Stack.of(construct);
  return [account, region, ...names].join('/');
}
