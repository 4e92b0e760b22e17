import { describe, expect, it } from '@jest/globals';
import { problemCodes } from '../../../../services/chassis/problem.ts';
import { openApiDocument } from '../../../../services/chassis/server/openapi.ts';
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
    expect(Object.keys(document.paths['/things'].post.responses)).toEqual(['201', '400', '413', '415', '500', '504']);
    expect(document.paths['/things/{id}'].get.responses['404'].description).toContain('`not-found`');
    expect(Object.keys(document.paths['/things/{id}'].delete.responses)).toEqual(['204', '500', '504']);
  });

  it('lists every code of the table', () => {
    expect(document.components.schemas.Problem.properties.code.enum).toEqual(Object.keys(problemCodes));
  });
});
