import * as cdk from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Answers a checker's rule at the construct it is about; a CDK older than such answers goes without. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  const validations: typeof cdk.Validations | undefined = cdk.Validations;
  validations?.of(construct).acknowledge({ id, reason });
}
