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

/** For what the twin does not do: clients get a code they know, people the name of what is missing. */
export const notSimulated = (what: string): AwsError =>
  new AwsError('UnknownOperationException', `the twin does not simulate ${what}`);
