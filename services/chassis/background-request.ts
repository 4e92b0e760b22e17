import { request as httpRequest } from 'node:http';

/** A request that no caller waits for: to a collector, to the platform. */
export interface BackgroundRequest {
  readonly url: string;
  /** JSON to POST. @default - a GET request */
  readonly json?: string | Uint8Array;
  /** Longest it may take in all. */
  readonly timeoutMs: number;
}

export interface BackgroundAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends a request with Node's own client, over a new connection. Code that every service loads uses this: undici is
 * faster per call, but takes as long to load as bare Node takes to start, and only services that call others need it.
 */
export async function backgroundRequest({ url, json, timeoutMs }: BackgroundRequest): Promise<BackgroundAnswer> {
  const request = url.startsWith('https:') ? (await import('node:https')).request : httpRequest;
  return new Promise((resolve, reject) => {
    const headers = json === undefined ? {} : { 'content-type': 'application/json' };
    const method = json === undefined ? 'GET' : 'POST';
    const signal = AbortSignal.timeout(timeoutMs);
    const fail = (error: Error): void => reject(signal.aborted ? signal.reason : error);
    const sent = request(url, { method, headers, agent: false, signal });
    sent.once('error', fail);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('error', fail);
      response.once('end', () => resolve({ status: response.statusCode!, text }));
    });
    sent.end(json);
  });
}
