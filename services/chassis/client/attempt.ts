import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, errors } from 'undici';
import type { Lease } from '../balance/destination.ts';
import { CallError } from '../call-error.ts';
import { Problem } from '../problem.ts';
import type { Deadline, DeadlineEnd } from '../time/deadline.ts';
import type { HttpAnswer, ReadAnswer } from './answer.ts';

/** What all attempts at one operation share. */
export interface AttemptHome {
  readonly service: string;
  readonly read: ReadAnswer;
  /** Most bytes read of an answer. */
  readonly answerLimit: number;
}

/**
 * One request, sent through a lease, and its answer. Whatever happens first ends it: the answer, a broken connection,
 * the deadline. One object does it all, because every call takes this path.
 */
export class Attempt implements Dispatcher.DispatchHandler, HttpAnswer {
  readonly lease: Lease;
  readonly #home: AttemptHome;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  readonly #forgetDeadline: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #over: Error | undefined;
  #more: Buffer[] | undefined;
  #size = 0;
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
    this.#forgetDeadline = deadline.whenOver((end) => this.#giveUp(end));
  }

  /** Whether the request may have reached the service: a connection was there to send it on. */
  get sent(): boolean {
    return this.#controller !== undefined;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while waiting for a connection. An abort would close the connection, which nothing is wrong with.
    if (this.#over !== undefined) throw this.#over;
    this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#home.answerLimit) this.#refuseMore(controller);
    else if (this.body === NO_BODY) this.body = chunk;
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
      this.#reject(error);
      return;
    }
    this.#resolve(value);
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#over !== undefined) return;
    this.#forgetDeadline();
    this.#reject(error instanceof errors.InvalidArgumentError ? error : this.#unavailable(error));
  }

  #giveUp(end: DeadlineEnd): void {
    this.#over =
      end === 'expired'
        ? new CallError(this.#home.service, { kind: 'timeout', at: 'here' }, 'did not answer in time')
        : new Problem('caller-left');
    // First, because undici reports an abort as a connection error.
    this.#reject(this.#over);
    this.#controller?.abort(this.#over);
  }

  #refuseMore(controller: Dispatcher.DispatchController): void {
    if (this.#over !== undefined) return;
    const { service, answerLimit } = this.#home;
    const detail = `answered with more than ${answerLimit} bytes; raise the answerLimit of the route if that is expected`;
    this.#over = new CallError(service, { kind: 'malformed' }, detail);
    this.#forgetDeadline();
    this.#reject(this.#over);
    controller.abort(this.#over);
  }

  #unavailable(error: Error): CallError {
    const { sent } = this;
    // The error's message may name addresses, which callers must not see; the log has them.
    const { code, name } = error as NodeJS.ErrnoException;
    const detail = `${sent ? 'broke the connection' : 'cannot be reached'}: ${code ?? name}`;
    return new CallError(this.#home.service, { kind: 'unavailable', sent }, detail, error);
  }
}

const NO_HEADERS: IncomingHttpHeaders = {};
const NO_BODY = Buffer.alloc(0);
