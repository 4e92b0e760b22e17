import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import { defineProblem, type ProblemCode, problemCodes } from '../../../../services/chassis/problem.ts';
import type { Route } from '../../../../services/chassis/route.ts';
import { openApiDocument, problemsOf } from '../../../../services/chassis/server/openapi.ts';
import { statusRoutes } from '../../../../services/chassis/server/status-routes.ts';
import { exampleRoutes } from '../example-service.ts';

// biome-ignore lint/suspicious/noExplicitAny: the document is read as a stranger would
const document = JSON.parse(JSON.stringify(openApiDocument('example', exampleRoutes))) as any;

describe('the OpenAPI document', () => {
  it('has every route and none of the machinery', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(['/things/{id}', '/things']);
    expect(Object.keys(document.paths['/things/{id}'])).toEqual(['get', 'delete']);
  });

  it('declares parameters with the very schemas the server checks by', () => {
    expect(document.paths['/things/{id}'].get.parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } },
      { name: 'big', in: 'query', required: false, schema: { type: 'boolean' } },
      { name: 'tag', in: 'query', required: false, schema: { type: 'array', items: { type: 'string' } } },
      { name: 'most', in: 'query', required: false, schema: { type: 'integer', maximum: 10 } },
    ]);
  });

  it('declares a parameter without a schema as text', () => {
    expect(document.paths['/things/{id}'].delete.parameters).toMatchObject([
      { name: 'id', schema: { type: 'string' } },
    ]);
  });

  it('tells the answers: the good one and the problems, by status', () => {
    expect(Object.keys(document.paths['/things'].post.responses)).toEqual([
      '201',
      '400',
      '408',
      '413',
      '415',
      '500',
      '503',
      '504',
    ]);
    expect(document.paths['/things/{id}'].get.responses['404'].description).toContain('`not-found`');
    expect(Object.keys(document.paths['/things/{id}'].delete.responses)).toEqual(['204', '400', '500', '503', '504']);
  });

  it('lists a problem of the service itself beside those of every service', () => {
    const soldOut = defineProblem('sold-out', 410, 'Nothing of it is left');
    const routes = { buy: { method: 'POST', path: '/buy', problems: [soldOut] } } as const;
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const own = openApiDocument('shop', routes) as any;
    expect(own.paths['/buy'].post.responses['410'].description).toBe('`sold-out`: Nothing of it is left');
    expect(own.components.schemas.Problem.properties.code.enum).toEqual([...Object.keys(problemCodes), 'sold-out']);
  });

  it('lists every code of the table', () => {
    expect(document.components.schemas.Problem.properties.code.enum).toEqual(Object.keys(problemCodes));
  });
});

/** What requests are answered with before a route is found: the document has no place for these. */
const problemsWithoutRoute: readonly ProblemCode[] = [
  'no-route',
  'method-not-allowed',
  'expectation-failed',
  'headers-too-large',
  'caller-left',
];

describe('the table of problems', () => {
  const root = join(import.meta.dirname, '../../../..');
  const codes = Object.keys(problemCodes) as ProblemCode[];

  /** Codes that stand in these files as texts. */
  const codesIn = (patterns: readonly string[]): ProblemCode[] => {
    const sources = globSync([...patterns], { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));
    return codes.filter((code) => sources.some((source) => source.includes(`'${code}'`)));
  };

  it('is what the page of problems lists, neither more nor less', () => {
    const page = readFileSync(join(root, 'docs/problems.md'), 'utf8');
    const listed = [...page.matchAll(/^\| `([\w-]+)` \| (\d+) \| (.*) \|$/gm)].map(([, ...row]) => row);
    const table = codes.map((code) => [code, String(problemCodes[code].status), problemCodes[code].title]);
    expect(listed).toEqual(table);
  });

  it('has no code that no operation, no request without a route and no handler answers with', () => {
    const everything: Route = {
      method: 'PUT',
      path: '/x',
      body: Type.Object({}),
      ifMatch: 'required',
      idempotencyKey: 'required',
    };
    const byHandlers = codesIn(['examples/**/*.ts', 'services/*/routes.ts', 'services/chassis/**/call-error.ts']);
    const declared = [everything, ...Object.values(statusRoutes)].flatMap((route: Route) => problemsOf(route));
    const answered = new Set([...declared.map(({ code }) => code), ...problemsWithoutRoute, ...byHandlers]);
    expect([...answered].toSorted()).toEqual(codes.toSorted());
  });
});
