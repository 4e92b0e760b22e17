import { randomUUID } from 'node:crypto';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { authorize } from '../../system/iam/authorize.ts';
import type { System } from '../../system/system.ts';
import { closed, listenOnPort } from '../local-server.ts';
import { callDenial, type Denial } from '../report/denial.ts';
import type { AwsApi, Call, CallAccess } from './api.ts';
import { AwsError, accessDenied, notSimulated } from './aws-error.ts';
import { callContext } from './call-context.ts';
import type { Certificate } from './certificate.ts';
import { arnOf, type Identities, type Identity } from './identities.ts';
import { type Message, type Protocol, protocolOf } from './protocol.ts';
import { SignatureVerifier, type SignedRequest } from './sigv4.ts';

/** What the door needs. */
export interface FrontDoorOptions {
  readonly system: System;
  readonly identities: Identities;
  readonly apis: readonly AwsApi[];
  readonly certificate: Certificate;
  /** Called for each call that policies do not allow. */
  readonly denied: (denial: Denial) => void;
}

/** The one way into AWS for all tasks: it authenticates, authorizes, then calls the API. */
export interface FrontDoor {
  /** Port on 127.0.0.1 with TLS, for every name that ends in `.amazonaws.com`. */
  readonly httpsPort: number;
  /** Port on 127.0.0.1 without TLS, for tools that are given an endpoint. */
  readonly httpPort: number;
  close(): Promise<void>;
}

/** Opens the front door. */
export async function openFrontDoor(props: FrontDoorOptions): Promise<FrontDoor> {
  const door = new Door(props);
  const listener =
    (secure: boolean): RequestListener =>
    (request, response) =>
      void door.answer(request, response, secure);
  const { key, cert } = props.certificate;
  const servers = [createHttpsServer({ key, cert }, listener(true)), createHttpServer(listener(false))];
  // Clients keep connections as long as they like; one we close under a request would look like a fault of AWS.
  for (const server of servers) server.keepAliveTimeout = 0;
  const [httpsPort, httpPort] = await Promise.all(servers.map((server) => listenOnPort(server)));
  return {
    httpsPort: httpsPort!,
    httpPort: httpPort!,
    close: async () => {
      await Promise.all(servers.map(closed));
    },
  };
}

/** A call whose sender is known. */
interface Verified {
  readonly identity: Identity;
  readonly region: string;
  readonly request: SignedRequest;
  readonly secure: boolean;
}

class Door {
  readonly #props: FrontDoorOptions;
  readonly #verifier: SignatureVerifier;
  readonly #apis: ReadonlyMap<string, AwsApi>;

  constructor(props: FrontDoorOptions) {
    this.#props = props;
    this.#verifier = new SignatureVerifier(props.identities);
    this.#apis = new Map(props.apis.map((api) => [api.service, api]));
  }

  async answer(message: IncomingMessage, response: ServerResponse, secure: boolean): Promise<void> {
    let protocol: Protocol | undefined;
    let request: SignedRequest | undefined;
    try {
      request = { method: message.method!, url: message.url!, headers: message.headers, body: await bodyOf(message) };
      protocol = protocolOf(request);
      const verification = this.#verifier.verify(request);
      if (!verification.valid) throw new AwsError(verification.code, verification.message, 403);
      const { identity, region, service } = verification;

      const api = this.#apis.get(service);
      if (!api) throw notSimulated(`${service}: ${protocol.operation(request)}`);
      protocol = api.protocol;
      const name = protocol.operation(request);
      const operation = api.operation(name);
      if (!operation) throw notSimulated(`${service}:${name}`);

      const call: Call = {
        principal: identity.principal,
        region,
        operation: name,
        input: protocol.input(request),
        body: request.body,
      };
      const verified: Verified = { identity, region, request, secure };
      for (const access of operation.accesses(call)) this.#mustBeAllowed(verified, access);
      this.#mustBeHere(region, api);

      const answer = await operation.perform(call);
      if (typeof answer === 'function') await answer(response);
      else send(response, (requestId) => protocol!.output(name, answer, requestId));
    } catch (error) {
      if (response.headersSent || response.destroyed) return void response.destroy();
      const known = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
      send(response, (requestId) => (protocol ?? protocolOf(request ?? nothing)).error(known, requestId));
    }
  }

  #mustBeAllowed({ identity, region, request, secure }: Verified, access: CallAccess): void {
    const { principal, credentials } = identity;
    if ('operator' in principal) return;
    const { system, denied } = this.#props;
    const { action, resource, subject } = access;
    const facts = { region, account: system.account, secure, userAgent: request.headers['user-agent'] };
    const decision = authorize(system, {
      roleArn: principal.roleArn,
      callerPath: principal.path,
      action,
      resource,
      subject,
      context: callContext(principal, credentials, facts, access.context),
    });
    if (decision.verdict === 'allow') return;
    denied(callDenial(principal.name, access, decision));
    throw accessDenied(arnOf(principal, system.account), access, decision.because);
  }

  #mustBeHere(region: string, api: AwsApi): void {
    const own = this.#props.system.region;
    if (region === own || api.global) return;
    throw notSimulated(
      `${api.service} in ${region}: it has ${own} only; let the client take its region from AWS_REGION`,
    );
  }
}

const nothing: SignedRequest = { method: 'GET', url: '/', headers: {}, body: Buffer.alloc(0) };

/** By events: iterating the stream costs a third of a whole request. */
function bodyOf(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    message.on('error', reject);
  });
}

function send(response: ServerResponse, messageOf: (requestId: string) => Message): void {
  const requestId = randomUUID();
  const message = messageOf(requestId);
  response.writeHead(message.status, {
    'content-type': message.contentType,
    'content-length': Buffer.byteLength(message.body),
    'x-amzn-requestid': requestId,
  });
  response.end(message.body);
}
