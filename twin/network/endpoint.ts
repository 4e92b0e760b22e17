/** Where something listens: host and port. */
export type Endpoint = readonly [host: string, port: number];
