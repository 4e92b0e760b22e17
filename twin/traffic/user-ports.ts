import type { Closing } from '../closing.ts';
import type { HttpListener } from './http/http-listener.ts';
import { PortInUse } from './http/port-in-use.ts';

/** Ports tried for a further URL when those after the first are taken. */
const TRIES = 100;
/** How long requests under way may take when the twin ends. */
const GRACE_MS = 1_000;

/** The ports at which a user finds the system: the one asked for, then the next free ones. */
export class UserPorts {
  /** Construct path → URL. */
  readonly urls: Record<string, string> = {};
  readonly #closing: Closing;
  #next: number;

  /** 0 takes any free ports. */
  constructor(first: number, closing: Closing) {
    this.#next = first;
    this.#closing = closing;
  }

  /** Opens a server at the next port. */
  async open(path: string, suffix: string, open: (port: number) => Promise<HttpListener>): Promise<void> {
    const isFirst = Object.keys(this.urls).length === 0;
    const last = this.#next + (isFirst || this.#next === 0 ? 0 : TRIES);
    for (;;) {
      const port = this.#next;
      if (port !== 0) this.#next += 1;
      try {
        const server = await open(port);
        this.#closing.after(server, () => server.close(GRACE_MS));
        this.urls[path] = `http://127.0.0.1:${server.real[1]}${suffix}`;
        return;
      } catch (error) {
        if (!(error instanceof PortInUse) || port >= last) throw error;
      }
    }
  }
}
