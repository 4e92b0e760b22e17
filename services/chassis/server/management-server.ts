import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Problem } from '../problem.ts';

/** A page of the management port. */
export interface ManagementPage {
  readonly type: string;
  /** What it says at the time of the request. */
  readonly text: () => string;
}

/** A second, small listener that tells operators about the service. No security group opens its port. */
export class ManagementServer {
  readonly #server: Server;
  readonly #pages: ReadonlyMap<string, ManagementPage>;

  /** @param pages by path: `/info` */
  constructor(pages: Readonly<Record<string, ManagementPage>>) {
    this.#pages = new Map(Object.entries(pages));
    const patience = { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 };
    this.#server = createServer(patience, (request, response) => this.#serve(request, response));
  }

  /** Opens the port (0: any free one) and resolves with the one it got. */
  listen(port: number, host?: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause) =>
        reject(
          new Error(`management port ${port} cannot be opened: ${cause.message}; set MOSAIC_MANAGEMENT_PORT`, {
            cause,
          }),
        ),
      );
      this.#server.listen({ port, host }, () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { type, text, status } = this.#answer(request);
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(text),
      connection: 'close',
    });
    response.end(text);
  }

  #answer({ method, url }: IncomingMessage): { readonly type: string; readonly text: string; readonly status: number } {
    const page = this.#pages.get(url!.split('?')[0]!);
    const problem =
      page === undefined ? 'no-route' : method === 'GET' || method === 'HEAD' ? undefined : 'method-not-allowed';
    if (page !== undefined && problem === undefined) return { type: page.type, text: page.text(), status: 200 };
    const { status, ...told } = new Problem(problem!).document();
    return { type: 'application/problem+json', text: JSON.stringify({ status, ...told }), status };
  }
}
