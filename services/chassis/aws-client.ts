/** Timeouts and retries of an AWS SDK client: `new DynamoDBClient(awsClientTimes(requestTimeoutMs))`. */
export interface AwsClientTimes {
  /** Most attempts per request, the first included. */
  readonly maxAttempts: number;
  /** Milliseconds a connect and an attempt may take; an attempt that takes longer fails. */
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
  };
}

/**
 * Times for an AWS SDK client used while serving requests: three attempts together take at most half of the request's
 * time, which leaves time to answer. Only the SDK retries these calls.
 */
export function awsClientTimes(requestTimeoutMs: number): AwsClientTimes {
  const maxAttempts = 3;
  const attempt = Math.max(1, Math.floor(requestTimeoutMs / 2 / maxAttempts));
  const connectionTimeout = Math.min(1_000, attempt);
  return { maxAttempts, requestHandler: { connectionTimeout, requestTimeout: attempt, throwOnRequestTimeout: true } };
}
