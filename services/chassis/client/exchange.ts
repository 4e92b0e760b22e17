import type { Dispatcher } from 'undici';
import type { Deadline } from '../deadline.ts';
import { Problem } from '../problem.ts';
import { CallError } from './call-error.ts';

/** An answer as it came over the wire. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** Sends one request and gathers its answer. Whatever happens first ends it: the answer, a broken connection, the deadline. */
export function exchange(
  service: string,
  dispatcher: Dispatcher,
  deadline: Deadline,
  request: Dispatcher.DispatchOptions,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    if (deadline.remaining() === 0) {
      reject(new CallError(service, { kind: 'timeout' }, 'was not called: no time was left'));
      return;
    }
    let controller: Dispatcher.DispatchController | undefined;
    let over: Error | undefined;
    let status = 0;
    const chunks: Buffer[] = [];
    deadline.whenOver((end) => {
      over =
        end === 'expired'
          ? new CallError(service, { kind: 'timeout' }, 'did not answer in time')
          : new Problem('caller-left');
      // First: undici reports an abort as an error of the connection.
      reject(over);
      controller?.abort(over);
    });
    dispatcher.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        if (over !== undefined) started.abort(over);
      },
      onResponseStart(_, code) {
        status = code;
      },
      onResponseData(_, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        resolve({ status, body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) });
      },
      onResponseError(_, error) {
        reject(new CallError(service, { kind: 'unavailable' }, `cannot be reached: ${error.message}`, error));
      },
    });
  });
}
