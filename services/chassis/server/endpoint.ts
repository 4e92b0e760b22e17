import { Compile } from 'typebox/compile';
import type { Context } from '../context.ts';
import { Problem } from '../problem.ts';
import { type Route, successStatus } from '../route.ts';
import { type RawRequest, requestReader } from './request-reader.ts';

/** A handler as the server sees it, its types checked where the routes were declared. */
export type Handler = (input: never, context: Context) => Promise<unknown>;

/** A route with the code behind it. */
export interface Endpoint {
  readonly route: Route;
  readonly status: number;
  /** Reads the request, runs the handler before the deadline, and gives the JSON to answer; undefined for no body. */
  run(raw: RawRequest, context: Context): Promise<string | undefined>;
}

/** Makes an endpoint; everything that can be worked out once is worked out here. */
export function createEndpoint(route: Route, handler: Handler): Endpoint {
  const read = requestReader(route);
  const validator = route.answer && Compile(route.answer);
  const run: Endpoint['run'] = (raw, context) =>
    new Promise((resolve, reject) => {
      let phase: 'arriving' | 'working' = 'working';
      context.deadline.whenOver((end) => {
        const late = phase === 'arriving' ? 'request-too-slow' : 'deadline-exceeded';
        reject(new Problem(end === 'expired' ? late : 'caller-left'));
      });
      if (context.deadline.remaining() === 0) return reject(new Problem('deadline-exceeded'));
      const work = async (): Promise<string | undefined> => {
        phase = 'arriving';
        const input = await read(raw);
        phase = 'working';
        const answer = await handler(input as never, context);
        if (validator === undefined) return undefined;
        if (!validator.Check(answer))
          throw new Error(`the answer is not what ${route.path} declares: ${firstFault(validator, answer)}`);
        return JSON.stringify(answer);
      };
      work().then(resolve, reject);
    });
  return { route, status: successStatus(route), run };
}

function firstFault(validator: ReturnType<typeof Compile>, answer: unknown): string {
  const [fault] = validator.Errors(answer);
  return `${fault?.instancePath || '/'} ${fault?.message}`;
}
