/** What an AWS SDK client is told about time: `new DynamoDBClient(awsClientTimes(requestTimeoutMs))`. */
export interface AwsClientTimes {
  /** Attempts a request is made of at most, the first among them. */
  readonly maxAttempts: number;
  /** Milliseconds a connect and an attempt may take; an attempt that takes longer fails. */
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
  };
}

/**
 * Times for an AWS SDK client that serves requests: three attempts together take half of a request's time, so that
 * the last one still leaves room to answer. The SDK is the one layer that retries them.
 */
export function awsClientTimes(requestTimeoutMs: number): AwsClientTimes {
  const maxAttempts = 3;
  const attempt = Math.max(1, Math.floor(requestTimeoutMs / 2 / maxAttempts));
  const connectionTimeout = Math.min(1_000, attempt);
  return { maxAttempts, requestHandler: { connectionTimeout, requestTimeout: attempt, throwOnRequestTimeout: true } };
}
