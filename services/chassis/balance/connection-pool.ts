import { Pool } from 'undici';

/** How connections to one address are kept. */
export interface ConnectionProps {
  /** Most connections at once to one address. @default 64 */
  readonly connections?: number;
  /** Longest a connect may take; a deadline that ends first ends the attempt, not the connect. @default 1000 */
  readonly connectTimeoutMs?: number;
  /**
   * How long an idle connection is kept: less than the other side keeps it, or a request may be sent on a connection
   * that is just being closed. The other side's `Keep-Alive` header can shorten it. @default 55000
   */
  readonly keepAliveMs?: number;
}

/** Opens connections to one address as they are needed. */
export const connectionPool = (
  origin: string,
  { connections = 64, connectTimeoutMs = 1_000, keepAliveMs = 55_000 }: ConnectionProps,
): Pool =>
  new Pool(origin, {
    connections,
    connectTimeout: connectTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    // One request per connection, so that one that hangs holds up no other.
    pipelining: 1,
    allowH2: false,
    // The deadline of each call limits its time.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
