/** An IAM policy document, as JSON has it. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement?: Statement | readonly Statement[];
}

export type OneOrMany<T> = T | readonly T[];

/** One statement of a policy document. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Principal?: PrincipalPattern;
  readonly NotPrincipal?: PrincipalPattern;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany<string | boolean | number>>>>>;
}

export type PrincipalPattern = '*' | Readonly<Record<string, OneOrMany<string>>>;

/** A policy and what reports call it: the construct path of `AWS::IAM::Policy`, the name of a managed policy. */
export interface Policy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** One value or many, as a list. */
export const list = <T>(value: OneOrMany<T> | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

/** The statements of a document, whose one statement may stand without a list. */
export const statements = (document: PolicyDocument): readonly Statement[] => list(document.Statement);
