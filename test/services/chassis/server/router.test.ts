import { describe, expect, it } from '@jest/globals';
import { PathTemplate } from '../../../../services/chassis/path-template.ts';
import { Router } from '../../../../services/chassis/server/router.ts';

const routerOf = (...routes: string[]): Router<string> => {
  const router = new Router<string>();
  for (const route of routes) {
    const [method, path] = route.split(' ') as [string, string];
    router.add(method, new PathTemplate(path), route);
  }
  return router;
};

describe('Router', () => {
  const router = routerOf('GET /', 'GET /a', 'POST /a', 'GET /a/{id}', 'GET /a/{id}/b', 'GET /a/new', 'GET /{x}/c/{y}');

  it.each([
    ['/', 'GET /', []],
    ['/a', 'GET /a', []],
    ['/a/7', 'GET /a/{id}', ['7']],
    ['/a/new', 'GET /a/new', []],
    ['/a/new/b', 'GET /a/{id}/b', ['new']],
    ['/a/c/2', 'GET /{x}/c/{y}', ['a', '2']],
    ['/a/%2F', 'GET /a/{id}', ['%2F']],
  ])('leads %s to %s', (path, target, values) => {
    expect(router.find('GET', path)).toEqual({ kind: 'found', target, values });
  });

  it.each(['/b', '/a/', '/a//b', '/a/7/b/', '//', '/__proto__', '/constructor'])('has no %s', (path) => {
    expect(router.find('GET', path)).toEqual({ kind: 'no-path' });
  });

  it('says which methods a path answers', () => {
    expect(router.find('PUT', '/a')).toEqual({ kind: 'wrong-method', allowed: ['GET', 'HEAD', 'POST'] });
  });

  it('answers HEAD where it answers GET', () => {
    expect(router.find('HEAD', '/a')).toMatchObject({ target: 'GET /a' });
  });

  it('refuses a second route for one method and path', () => {
    expect(() => routerOf('GET /a/{id}', 'GET /a/{other}')).toThrow('GET /a/{other}: two routes answer it; remove one');
  });
});

describe('PathTemplate', () => {
  it('refuses a parameter inside a segment', () => {
    expect(() => new PathTemplate('/a/v{id}')).toThrow('path /a/v{id}: a parameter fills a whole segment');
  });
});
