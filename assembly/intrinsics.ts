import type { Stack, Template } from './assembly.ts';
import { cutCidr } from './cidr.ts';
import { partitionOf, urlSuffixOf } from './partition.ts';

/** What the functions of a template need to know about the world around it. */
export interface Scope {
  readonly stack: Pick<Stack, 'name' | 'account' | 'region'>;
  readonly template: Pick<Template, 'Mappings' | 'Conditions'>;
  /** What `Ref` gives for a parameter or a resource. */
  ref(name: string): unknown;
  /** What `Fn::GetAtt` gives. */
  attribute(logicalId: string, name: string): unknown;
  /** What `Fn::ImportValue` gives. */
  exported(name: string): unknown;
  /** What `Fn::GetStackOutput` gives. */
  output(stack: string, name: string): unknown;
  /** What stands for `{{resolve:service:reference}}`; undefined leaves it for run time. */
  dynamic(service: string, reference: string): string | undefined;
}

/** A value of a template that cannot be computed; the message says where, what was found and what to do. */
export class ResolveError extends Error {
  override name = 'ResolveError';
}

/** A template's value with all functions evaluated; `AWS::NoValue` is gone. `at` says where it stands, for errors. */
export const resolve = (value: unknown, scope: Scope, at: string): unknown => {
  if (typeof value === 'string') return withDynamicReferences(value, scope);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value))
    return value.map((item, index) => resolve(item, scope, `${at}.${index}`)).filter((item) => item !== undefined);
  const entries = Object.entries(value);
  const [name, argument] = entries.length === 1 ? entries[0]! : [];
  if (name !== undefined && isFunction(name, argument)) return call(name, argument, scope, at);
  const resolved: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    const result = resolve(item, scope, `${at}.${key}`);
    if (result !== undefined) resolved[key] = result;
  }
  return resolved;
};

/** Whether a condition of the template holds. */
export const holds = (condition: string, scope: Scope, at: string): boolean => {
  const expression = scope.template.Conditions?.[condition];
  if (expression === undefined)
    throw new ResolveError(`${at}: the template has no condition ${condition}; add it or remove its use`);
  return truth(expression, scope, at);
};

const isFunction = (name: string, argument: unknown): boolean =>
  name.startsWith('Fn::') || (name === 'Ref' && typeof argument === 'string');

type Call = (argument: unknown, scope: Scope, at: string) => unknown;

const call: (name: string, ...rest: Parameters<Call>) => unknown = (name, argument, scope, at) => {
  const intrinsic = FUNCTIONS[name];
  if (!intrinsic) {
    const known = Object.keys(FUNCTIONS).join(', ');
    throw new ResolveError(`${at}: the function ${name} is not known; use one of ${known}`);
  }
  try {
    return intrinsic(argument, scope, at);
  } catch (error) {
    if (error instanceof ResolveError) throw error;
    throw new ResolveError(`${at}: ${name} cannot be evaluated: ${(error as Error).message}`);
  }
};

const ref: Call = (argument, scope) => {
  const { stack } = scope;
  switch (argument) {
    case 'AWS::NoValue':
      return undefined;
    case 'AWS::AccountId':
      return stack.account;
    case 'AWS::Region':
      return stack.region;
    case 'AWS::Partition':
      return partitionOf(stack.region);
    case 'AWS::URLSuffix':
      return urlSuffixOf(stack.region);
    case 'AWS::StackName':
      return stack.name;
    case 'AWS::StackId':
      return `arn:${partitionOf(stack.region)}:cloudformation:${stack.region}:${stack.account}:stack/${stack.name}/0`;
    case 'AWS::NotificationARNs':
      return [];
    default:
      return scope.ref(argument as string);
  }
};

const getAtt: Call = (argument, scope, at) => {
  const [logicalId, ...rest] = Array.isArray(argument) ? argument : String(argument).split('.');
  const attribute = rest.map((part) => text(resolve(part, scope, at))).join('.');
  return scope.attribute(String(logicalId), attribute);
};

const join: Call = (argument, scope, at) => {
  const [separator, items] = argument as [string, unknown];
  return withDynamicReferences(
    list(resolve(items, scope, at))
      .map(text)
      .join(separator),
    scope,
  );
};

const sub: Call = (argument, scope, at) => {
  const [pattern, given] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
  const filled = pattern.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, inner: string) => {
    if (literal) return `\${${inner}}`;
    const name = inner.trim();
    if (name in given) return text(resolve(given[name], scope, at));
    return text(name.includes('.') ? getAtt(name, scope, at) : ref(name, scope, at));
  });
  return withDynamicReferences(filled, scope);
};

const select: Call = (argument, scope, at) => {
  const [index, items] = argument as [unknown, unknown];
  const position = Number(resolve(index, scope, at));
  const values = list(resolve(items, scope, at));
  if (!(position in values)) throw new Error(`it asks for item ${position} of ${values.length}`);
  return values[position];
};

const split: Call = (argument, scope, at) => {
  const [separator, source] = argument as [string, unknown];
  return text(resolve(source, scope, at)).split(separator);
};

const choose: Call = (argument, scope, at) => {
  const [condition, yes, no] = argument as [string, unknown, unknown];
  return resolve(holds(condition, scope, at) ? yes : no, scope, at);
};

const findInMap: Call = (argument, scope, at) => {
  const [map, top, second, fallback] = argument as unknown[];
  const [mapName, key, name] = [map, top, second].map((part) => text(resolve(part, scope, at)));
  const found = scope.template.Mappings?.[mapName!]?.[key!]?.[name!];
  if (found !== undefined) return found;
  const otherwise = (fallback as { DefaultValue?: unknown } | undefined)?.DefaultValue;
  if (otherwise !== undefined) return resolve(otherwise, scope, at);
  throw new Error(`the mapping ${mapName} has no ${key}.${name}`);
};

const cidr: Call = (argument, scope, at) => {
  const [block, count, hostBits = 8] = list(resolve(argument, scope, at));
  return cutCidr(text(block), Number(count), Number(hostBits));
};

/** Three zones, whatever the region: the twin has no account to ask, and the names of zones change nothing on it. */
const availabilityZones: Call = (argument, scope, at) => {
  const region = text(resolve(argument, scope, at)) || scope.stack.region;
  return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
};

const stackOutput: Call = (argument, scope, at) => {
  const { StackName, OutputName } = resolve(argument, scope, at) as Record<string, unknown>;
  return scope.output(text(StackName), text(OutputName));
};

const FUNCTIONS: Readonly<Record<string, Call>> = {
  Ref: ref,
  'Fn::GetAtt': getAtt,
  'Fn::Join': join,
  'Fn::Sub': sub,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::If': choose,
  'Fn::Equals': (argument, scope, at) => truth({ 'Fn::Equals': argument }, scope, at),
  'Fn::And': (argument, scope, at) => truth({ 'Fn::And': argument }, scope, at),
  'Fn::Or': (argument, scope, at) => truth({ 'Fn::Or': argument }, scope, at),
  'Fn::Not': (argument, scope, at) => truth({ 'Fn::Not': argument }, scope, at),
  'Fn::FindInMap': findInMap,
  'Fn::Base64': (argument, scope, at) => Buffer.from(text(resolve(argument, scope, at))).toString('base64'),
  'Fn::GetAZs': availabilityZones,
  'Fn::Cidr': cidr,
  'Fn::ImportValue': (argument, scope, at) => scope.exported(text(resolve(argument, scope, at))),
  'Fn::GetStackOutput': stackOutput,
  'Fn::Length': (argument, scope, at) => list(resolve(argument, scope, at)).length,
  'Fn::ToJsonString': (argument, scope, at) => JSON.stringify(resolve(argument, scope, at)),
};

const truth = (expression: unknown, scope: Scope, at: string): boolean => {
  const [name, argument] = Object.entries((expression ?? {}) as Record<string, unknown>)[0] ?? [];
  const parts = (): unknown[] => argument as unknown[];
  switch (name) {
    case 'Condition':
      return holds(String(argument), scope, at);
    case 'Fn::Equals': {
      const [left, right] = parts().map((part) => resolve(part, scope, at));
      return (
        JSON.stringify(left) === JSON.stringify(right) ||
        (isPlain(left) && isPlain(right) && text(left) === text(right))
      );
    }
    case 'Fn::And':
      return parts().every((part) => truth(part, scope, at));
    case 'Fn::Or':
      return parts().some((part) => truth(part, scope, at));
    case 'Fn::Not':
      return !truth(parts()[0], scope, at);
    default:
      return text(resolve(expression, scope, at)) === 'true';
  }
};

const DYNAMIC_REFERENCE = /\{\{resolve:([a-z-]+):([^{}]+)\}\}/g;

const withDynamicReferences = (value: string, scope: Scope): string =>
  value.includes('{{resolve:')
    ? value.replace(DYNAMIC_REFERENCE, (whole, service, reference) => scope.dynamic(service, reference) ?? whole)
    : value;

const isPlain = (value: unknown): boolean => value !== null && typeof value !== 'object';

const list = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  throw new Error(`a list was expected, got ${JSON.stringify(value)}`);
};

const text = (value: unknown): string => {
  if (isPlain(value)) return String(value ?? '');
  throw new Error(`text was expected, got ${JSON.stringify(value)}`);
};
