import * as cdk from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Answers a checker's rule on the construct it is about; does nothing in a CDK too old for acknowledgements. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  const validations: typeof cdk.Validations | undefined = cdk.Validations;
  validations?.of(construct).acknowledge({ id, reason });
}
