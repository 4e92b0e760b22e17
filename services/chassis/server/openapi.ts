import type { TObject } from 'typebox';
import { type ProblemCode, type ProblemKind, problemCodes, problemKind } from '../problem.ts';
import { type Route, type Routes, successStatus } from '../route.ts';

const problemSchema = (codes: readonly string[]): object => ({
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: codes },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['at', 'message'],
        properties: { at: { type: 'string' }, message: { type: 'string' } },
      },
    },
    correlationId: { type: 'string' },
  },
});

/** The OpenAPI 3.1 document of these routes; their schemas are JSON Schema already. */
export function openApiDocument(title: string, routes: Routes): object {
  const paths: Record<string, Record<string, object>> = {};
  const codes = new Set<string>(Object.keys(problemCodes));
  for (const [operationId, route] of Object.entries(routes)) {
    if (route.internal) continue;
    for (const { code } of problemsOf(route)) codes.add(code);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(operationId, route) };
  }
  return {
    openapi: '3.1.0',
    info: { title, version: '1' },
    paths,
    components: { schemas: { Problem: problemSchema([...codes]) } },
  };
}

function operation(operationId: string, route: Route): object {
  return {
    operationId,
    ...(route.summary && { summary: route.summary }),
    parameters: [...pathParameters(route), ...queryParameters(route.query), ...headerParameters(route)],
    ...(route.body && { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
    responses: { [successStatus(route)]: success(route), ...unchanged(route), ...problems(route) },
  };
}

function pathParameters(route: Route): object[] {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  return names.map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: route.params?.properties[name] ?? { type: 'string' },
  }));
}

function queryParameters(query: TObject | undefined): object[] {
  const required: readonly string[] = query?.required ?? [];
  return Object.entries(query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function headerParameters({ method, etag, ifMatch, idempotencyKey }: Route): object[] {
  const declared: [name: string, need: 'optional' | 'required' | undefined][] = [
    ['If-None-Match', etag && method === 'GET' ? 'optional' : undefined],
    ['If-Match', ifMatch],
    ['Idempotency-Key', idempotencyKey],
  ];
  return declared.flatMap(([name, need]) =>
    need === undefined ? [] : [{ name, in: 'header', required: need === 'required', schema: { type: 'string' } }],
  );
}

const success = ({ answer, etag }: Route): object =>
  answer === undefined
    ? { description: 'Done' }
    : {
        description: 'As asked',
        ...(etag && { headers: { ETag: { schema: { type: 'string' } } } }),
        content: { 'application/json': { schema: answer } },
      };

const unchanged = ({ method, etag }: Route): object =>
  etag && method === 'GET' ? { 304: { description: 'The caller has this version already' } } : {};

/** The problems an operation can answer with: those it names, and those its declaration makes possible. */
export function problemsOf(route: Route): ProblemKind[] {
  const { params, query, body, ifMatch, idempotencyKey, internal } = route;
  const codes: ProblemCode[] = ['malformed-request', 'internal', 'deadline-exceeded'];
  if (!internal) codes.push('overloaded');
  if (params || query || body || ifMatch || idempotencyKey) codes.push('invalid-request');
  if (body) codes.push('malformed-json', 'body-too-large', 'unsupported-media-type', 'request-too-slow');
  if (ifMatch) codes.push('precondition-failed');
  if (ifMatch === 'required') codes.push('precondition-required');
  const kinds = [...(route.problems ?? []), ...codes].map(problemKind);
  return [...new Map(kinds.map((kind) => [kind.code, kind])).values()];
}

/** Problems by status. */
function problems(route: Route): Record<string, object> {
  const byStatus = Object.groupBy(problemsOf(route), ({ status }) => status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group]) => [
      status,
      {
        description: group!.map(({ code, title }) => `\`${code}\`: ${title}`).join('; '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}
