/** An error as AWS says it: a code clients know, a message people read. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** What AWS answers to a call that policies deny. */
export const accessDenied = (
  arn: string,
  { action, resource }: { readonly action: string; readonly resource: string },
  because: string,
): AwsError =>
  new AwsError(
    'AccessDeniedException',
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${because}`,
  );

/** The answer to what the twin does not simulate: a code clients know, and the name of what is missing. */
export const notSimulated = (what: string): AwsError =>
  new AwsError('UnknownOperationException', `the twin does not simulate ${what}`);
