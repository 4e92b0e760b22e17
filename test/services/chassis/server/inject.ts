import type { Application, IncomingRequest } from '../../../../services/chassis/server/application.ts';
import { tooLarge } from '../../../../services/chassis/server/json-body.ts';

/** A request without a socket. */
export interface Injected {
  readonly method?: string;
  readonly url: string;
  readonly headers?: IncomingRequest['headers'];
  readonly body?: string;
  readonly whenLeft?: IncomingRequest['whenLeft'];
}

/** What came back, its body parsed. */
export interface InjectedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly json: any;
}

/** Asks an application without a socket. */
export async function inject(application: Application, request: Injected): Promise<InjectedAnswer> {
  const { method = 'GET', url, headers = {}, body = '', whenLeft } = request;
  const bytes = Buffer.from(body);
  const answer = await application.handle({
    method,
    url,
    headers,
    readBody: async (limit) => {
      if (bytes.length > limit) throw tooLarge(limit);
      return bytes;
    },
    ...(whenLeft && { whenLeft }),
  });
  return { status: answer.status, headers: answer.headers, json: answer.body && JSON.parse(answer.body) };
}
