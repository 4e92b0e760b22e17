import type { TObject } from 'typebox';
import { type ProblemCode, problemCodes } from '../problem.ts';
import { type Route, type Routes, successStatus } from '../route.ts';

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(problemCodes) },
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
};

/** The OpenAPI 3.1 document of these routes; their schemas are JSON Schema already. */
export function openApiDocument(title: string, routes: Routes): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [operationId, route] of Object.entries(routes)) {
    if (route.internal) continue;
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(operationId, route) };
  }
  return {
    openapi: '3.1.0',
    info: { title, version: '1' },
    paths,
    components: { schemas: { Problem: problemSchema } },
  };
}

function operation(operationId: string, route: Route): object {
  return {
    operationId,
    ...(route.summary && { summary: route.summary }),
    parameters: [...pathParameters(route), ...queryParameters(route.query)],
    ...(route.body && { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
    responses: { [successStatus(route)]: success(route), ...problems(route) },
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

const success = (route: Route): object =>
  route.answer === undefined
    ? { description: 'Done' }
    : { description: 'As asked', content: { 'application/json': { schema: route.answer } } };

/** Problems by status: those of the route, and those its declaration makes possible. */
function problems(route: Route): Record<string, object> {
  const codes: ProblemCode[] = [...(route.problems ?? []), 'internal', 'deadline-exceeded'];
  if (route.params || route.query || route.body) codes.push('invalid-request');
  if (route.body) codes.push('malformed-json', 'body-too-large', 'unsupported-media-type');
  const byStatus = Object.groupBy(codes, (code) => problemCodes[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, group]) => [
      status,
      {
        description: group!.map((code) => `\`${code}\`: ${problemCodes[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}
