import { request as httpRequest } from 'node:http';

/** A request that no caller waits for: to a collector, to the platform. */
export interface BackgroundRequest {
  readonly url: string;
  /** Posted, as JSON. @default - the address is asked with GET */
  readonly json?: string | Uint8Array;
  /** Longest it may take in all. */
  readonly timeoutMs: number;
}

export interface BackgroundAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends a request by Node's own client, over a connection of its own. What loads with every service uses this: undici,
 * which is faster per call, takes as long to load as a bare Node to start, and only a service that calls others needs it.
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
