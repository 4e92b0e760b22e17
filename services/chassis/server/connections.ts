import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../time/clock.ts';

const LOOK_EVERY_MS = 1_000;
/** How long after connecting a client is still expected to send its first request. */
const NEW_MS = 250;

export interface ConnectionsProps {
  readonly clock: Clock;
  /** How long an idle connection is kept. */
  readonly keepAliveMs: number;
  /** How long a caller may take to read an answer. */
  readonly answerTimeoutMs: number;
}

/** The connections of a server and the answers owed on each; once a second, those silent for too long are closed. */
export class Connections {
  readonly #props: ConnectionsProps;
  readonly #all = new Map<Duplex, Connection>();
  #owed = 0;
  /** Number of requests and answers so far. */
  changes = 0;
  #onIdle: (() => void) | undefined;
  #stopLooking: (() => void) | undefined;

  constructor(props: ConnectionsProps) {
    this.#props = props;
  }

  add(socket: Socket): void {
    this.#all.set(socket, new Connection(socket, this, this.#props.clock.elapsed()));
    socket.once('close', () => this.#all.delete(socket));
    this.#stopLooking ??= this.#lookLater();
  }

  of(socket: Socket): Connection {
    return this.#all.get(socket)!;
  }

  /** Whether an answer sent now could be taken for that of another request: one still owed, or one still coming in. */
  isBusy(socket: Duplex): boolean {
    const connection = this.#all.get(socket);
    return connection !== undefined && (connection.owed > 0 || connection.ignores);
  }

  /** Answers owed on all connections. */
  get owed(): number {
    return this.#owed;
  }

  /** Called by a connection when it owes one more or one less. */
  owes(more: 1 | -1): void {
    this.#owed += more;
    this.changes += 1;
    if (this.#owed === 0) this.#onIdle?.();
  }

  /** Resolves once no answer is owed. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#owed === 0) resolve();
      else this.#onIdle = resolve;
    });
  }

  /** Resolves once every new connection has sent a request or had its time to. */
  newcomers(): Promise<void> {
    const { clock } = this.#props;
    const since = clock.elapsed() - NEW_MS;
    const some = [...this.#all.values()].some((connection) => connection.isNew(since));
    return some ? new Promise((resolve) => clock.after(NEW_MS, () => resolve())) : Promise.resolve();
  }

  /** Closes the connections on which no answer is owed. */
  closeIdle(): void {
    for (const connection of this.#all.values()) connection.closeIfIdle();
  }

  stopLooking(): void {
    this.#stopLooking?.();
    this.#stopLooking = undefined;
  }

  #lookLater(): () => void {
    const { clock } = this.#props;
    return clock.after(LOOK_EVERY_MS, () => {
      for (const connection of this.#all.values()) connection.look(clock.elapsed(), this.#props);
      this.#stopLooking = this.#all.size === 0 ? undefined : this.#lookLater();
    });
  }
}

/** One connection of a server. */
export class Connection {
  readonly #socket: Socket;
  readonly #connections: Connections;
  readonly #openedAt: number;
  owed = 0;
  /** Counts events, which saves reading the clock for each: the same count at two looks means silence. */
  #events = 0;
  #seen = -1;
  #silentSince = 0;
  #writing = false;
  #ignored: { readonly complete: boolean } | undefined;

  constructor(socket: Socket, connections: Connections, openedAt: number) {
    this.#socket = socket;
    this.#connections = connections;
    this.#openedAt = openedAt;
  }

  /** Whether it was opened after `since` and has sent no request yet. */
  isNew(since: number): boolean {
    return this.#events === 0 && this.#openedAt > since;
  }

  /** A request came. */
  took(): void {
    this.owed += 1;
    this.#events += 1;
    this.#connections.owes(1);
  }

  /** An answer is being written. */
  writing(): void {
    this.#events += 1;
    this.#writing = true;
  }

  /** An answer is out, or nobody waits for it any more. */
  answered(): void {
    this.owed -= 1;
    this.#events += 1;
    this.#writing = false;
    this.#connections.owes(-1);
  }

  /** This request is answered before its body has come. */
  ignoresBody(request: { readonly complete: boolean }): void {
    this.#ignored = request;
  }

  /** Whether the body of an answered request is still coming in. */
  get ignores(): boolean {
    return this.#ignored?.complete === false;
  }

  closeIfIdle(): void {
    if (this.owed === 0) this.#socket.destroy();
  }

  /** Closes it if it has been silent too long. */
  look(now: number, { keepAliveMs, answerTimeoutMs }: ConnectionsProps): void {
    if (this.#seen !== this.#events) {
      this.#seen = this.#events;
      this.#silentSince = now;
      return;
    }
    const silent = now - this.#silentSince;
    if (this.owed === 0 ? silent >= keepAliveMs : this.#writing && silent >= answerTimeoutMs) this.#socket.destroy();
  }
}
