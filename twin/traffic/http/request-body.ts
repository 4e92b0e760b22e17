import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/**
 * The body of a request as one attempt to forward it sees it. Nothing is read before the attempt reads, so an attempt
 * that got no connection leaves the whole body to the next one; and however an attempt ends, the client's connection
 * stays open for an answer.
 */
export class RequestBody extends Readable {
  /** Whether more arrived than the limit allows; the rest is not passed on. */
  tooLarge = false;
  readonly #source: IncomingMessage;
  readonly #limit: number;
  #size = 0;
  #started = false;

  constructor(source: IncomingMessage, limit: number) {
    super();
    this.#source = source;
    this.#limit = limit;
  }

  override _read(): void {
    if (!this.#started) {
      this.#started = true;
      this.#source.on('data', this.#data).on('end', this.#end).on('close', this.#close);
    }
    this.#source.resume();
  }

  override _destroy(_error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#started) {
      this.#source.off('data', this.#data).off('end', this.#end).off('close', this.#close);
      // The rest is read and dropped: a client that cannot finish sending may never read its answer.
      this.#source.resume();
    }
    done(null);
  }

  readonly #data = (chunk: Buffer): void => {
    this.#size += chunk.length;
    if (this.#size > this.#limit) {
      this.tooLarge = true;
      this.destroy();
    } else if (!this.push(chunk)) {
      this.#source.pause();
    }
  };

  readonly #end = (): void => {
    this.push(null);
  };

  readonly #close = (): void => {
    if (!this.#source.complete) this.destroy();
  };
}
