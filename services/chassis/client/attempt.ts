import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, errors } from 'undici';
import type { Destination, Lease } from '../balance/destination.ts';
import type { Clock } from '../clock.ts';
import type { Deadline, DeadlineEnd } from '../deadline.ts';
import type { Failure } from '../policy/guard.ts';
import { Problem } from '../problem.ts';
import type { HttpAnswer, ReadAnswer } from './answer.ts';
import { CallError } from './call-error.ts';

/** What all attempts at one operation share. */
export interface AttemptHome {
  readonly service: string;
  readonly destination: Destination;
  readonly clock: Clock;
  readonly read: ReadAnswer;
  /** What an error of an attempt means. */
  readonly classify: (error: unknown) => Failure;
}

/**
 * One request, sent by a lease, and its answer. Whatever happens first ends it: the answer, a broken connection, the
 * deadline. One object does it all, for this is the way of every call.
 */
export class Attempt implements Dispatcher.DispatchHandler, HttpAnswer {
  readonly lease: Lease;
  readonly #home: AttemptHome;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  readonly #began: number;
  readonly #forgetDeadline: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #over: Error | undefined;
  #more: Buffer[] | undefined;
  status = 0;
  headers: IncomingHttpHeaders = NO_HEADERS;
  body: Buffer = NO_BODY;

  constructor(
    home: AttemptHome,
    lease: Lease,
    deadline: Deadline,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.#home = home;
    this.lease = lease;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#began = home.clock.elapsed();
    this.#forgetDeadline = deadline.whenOver((end) => this.#giveUp(end));
  }

  /** Whether the request may have reached the service: a connection was there to send it on. */
  get sent(): boolean {
    return this.#controller !== undefined;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while it waited for a connection. An abort would close that, and nothing is wrong with it.
    if (this.#over !== undefined) throw this.#over;
    this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.body === NO_BODY) this.body = chunk;
    else if (this.#more === undefined) this.#more = [chunk];
    else this.#more.push(chunk);
  }

  onResponseEnd(): void {
    this.#forgetDeadline();
    if (this.#more !== undefined) this.body = Buffer.concat([this.body, ...this.#more]);
    let value: unknown;
    try {
      value = this.#home.read(this);
    } catch (error) {
      this.#fail(error);
      return;
    }
    const { clock } = this.#home;
    this.lease.done('success', clock.elapsed() - this.#began);
    this.#resolve(value);
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#over !== undefined) return;
    this.#forgetDeadline();
    this.#fail(error instanceof errors.InvalidArgumentError ? error : this.#unavailable(error));
  }

  #giveUp(end: DeadlineEnd): void {
    this.#over =
      end === 'expired'
        ? new CallError(this.#home.service, { kind: 'timeout', at: 'here' }, 'did not answer in time')
        : new Problem('caller-left');
    // First: undici reports an abort as an error of the connection.
    this.#fail(this.#over);
    this.#controller?.abort(this.#over);
  }

  #unavailable(error: Error): CallError {
    const { sent } = this;
    // Its message may name addresses, which are no business of whoever reads the problem; the log has them.
    const { code, name } = error as NodeJS.ErrnoException;
    const detail = `${sent ? 'broke the connection' : 'cannot be reached'}: ${code ?? name}`;
    return new CallError(this.#home.service, { kind: 'unavailable', sent }, detail, error);
  }

  #fail(error: unknown): void {
    const { clock, classify } = this.#home;
    this.lease.done(classify(error).outcome, clock.elapsed() - this.#began);
    this.#reject(error);
  }
}

const NO_HEADERS: IncomingHttpHeaders = {};
const NO_BODY = Buffer.alloc(0);
