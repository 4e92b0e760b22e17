import type { Application } from '../server/application.ts';
import type { HttpServer } from '../server/http-server.ts';
import type { Clock } from '../time/clock.ts';

export interface DrainProps {
  readonly application: Application;
  readonly server: HttpServer;
  readonly clock: Clock;
  /** Longest time from now to the last answer. */
  readonly drainMs: number;
  /** Longest a request takes: the part of `drainMs` that is reserved for finishing. */
  readonly requestTimeoutMs: number;
  /** How long no request must have come before the port is closed. @default 5000 */
  readonly quietMs?: number;
}

/**
 * Shuts down without failing a request. Callers may learn late that the task is stopping, so it keeps serving, each
 * answer telling its caller to reconnect elsewhere, until no request has come for a while or the remaining time is
 * needed to finish. Then it closes the port and finishes. Resolves with the number of requests it had to give up.
 */
export async function drain(props: DrainProps): Promise<number> {
  const { application, server, clock, drainMs, requestTimeoutMs, quietMs = 5_000 } = props;
  const began = clock.elapsed();
  application.drain();

  const closesAt = began + Math.max(0, drainMs - requestTimeoutMs);
  let now = began;
  while (now < closesAt) {
    const quietAt = Math.max(began, application.lastRequestAt) + quietMs;
    if (now >= quietAt) break;
    await pause(clock, Math.min(quietAt, closesAt) - now);
    now = clock.elapsed();
  }

  await server.stopListening();
  await idleBefore(began + drainMs, server, clock);
  const givenUp = server.inFlight;
  server.closeConnections();
  return givenUp;
}

async function idleBefore(end: number, server: HttpServer, clock: Clock): Promise<void> {
  const left = end - clock.elapsed();
  if (left <= 0) return;
  let release = (): void => {};
  const over = new Promise<void>((resolve) => {
    release = clock.after(left, resolve);
  });
  await Promise.race([server.idle(), over]);
  release();
}

const pause = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => clock.after(milliseconds, resolve));
