import type { IncomingHeaders } from '../../../../services/chassis/context.ts';
import type { Application } from '../../../../services/chassis/server/application.ts';
import { tooLarge } from '../../../../services/chassis/server/json-body.ts';

/** A request without a socket. */
export interface Injected {
  readonly method?: string;
  readonly url: string;
  readonly headers?: IncomingHeaders;
  readonly body?: string | Uint8Array;
  /** Called with what the caller does to leave before the answer. */
  readonly whileWaiting?: (leave: () => void) => void;
}

/** What came back, its body parsed. */
export interface InjectedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly json: any;
}

/** Asks an application without a socket. */
export function inject(application: Application, request: Injected): Promise<InjectedAnswer> {
  const { method = 'GET', url, headers = {}, body = '', whileWaiting } = request;
  const bytes = Buffer.from(body as Uint8Array);
  return new Promise((resolve) => {
    const exchange = application.serve({
      method,
      url,
      headers,
      head: headers,
      async readBody(limit) {
        if (bytes.length > limit) throw tooLarge(limit);
        return bytes;
      },
      answer: ({ status, headers, body }) =>
        resolve({ status, headers: byName(headers), json: body && JSON.parse(body) }),
    });
    whileWaiting?.(() => exchange.leave());
  });
}

const byName = (list: readonly (string | number)[]): Record<string, string | number> =>
  Object.fromEntries(list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1]!]] : [])));
