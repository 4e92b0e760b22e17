import { describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import { Problem } from '../../../../services/chassis/problem.ts';
import { defineRoutes, type Operations } from '../../../../services/chassis/route.ts';
import { Application } from '../../../../services/chassis/server/application.ts';
import { testRuntime } from '../test-runtime.ts';
import { inject } from './inject.ts';

const Note = Type.Object({ text: Type.String(), version: Type.Integer() });

const routes = defineRoutes({
  getNote: { method: 'GET', path: '/note', answer: Note, etag: (note: { version: number }) => `v${note.version}` },
  getPair: { method: 'GET', path: '/pair', answer: Note, etag: (note: { version: number }) => `v${note.version},a` },
  getText: { method: 'GET', path: '/text', answer: Type.Object({ text: Type.String() }), etag: 'content' },
  setNote: {
    method: 'PUT',
    path: '/note',
    body: Type.Object({ text: Type.String() }),
    answer: Note,
    etag: (note: { version: number }) => `v${note.version}`,
    ifMatch: 'required',
  },
  charge: {
    method: 'POST',
    path: '/charges',
    idempotencyKey: 'required',
    ifMatch: 'optional',
    answer: Type.Object({ key: Type.String(), match: Type.String() }),
  },
});

function notes() {
  let note = { text: 'first', version: 1 };
  const handlers: Operations<typeof routes> = {
    getNote: async () => note,
    getPair: async () => note,
    getText: async () => ({ text: note.text }),
    async setNote({ body, ifMatch }) {
      if (ifMatch !== '*' && ifMatch !== `v${note.version}`) throw new Problem('precondition-failed');
      note = { text: body.text, version: note.version + 1 };
      return note;
    },
    charge: async ({ idempotencyKey, ifMatch = 'none' }) => ({ key: idempotencyKey, match: ifMatch }),
  };
  return new Application({ service: 'notes', routes, handlers, requestTimeoutMs: 1_000, runtime: testRuntime() });
}

const json = { 'content-type': 'application/json' };
const set = (text: string, headers: Record<string, string> = {}) => ({
  method: 'PUT',
  url: '/note',
  headers: { ...json, ...headers },
  body: JSON.stringify({ text }),
});

describe('a route with an ETag', () => {
  it.each([['"v1"'], ['W/"v1"'], ['"x", "v1"'], ['*']])('answers 304 to a caller that has %s', async (known) => {
    const application = notes();
    const first = await inject(application, { url: '/note' });
    expect(first).toMatchObject({ status: 200, headers: { etag: '"v1"' } });
    const again = await inject(application, { url: '/note', headers: { 'if-none-match': known } });
    expect(again).toMatchObject({ status: 304, headers: { etag: '"v1"' }, json: undefined });
    expect(again.headers).not.toHaveProperty('content-length');
  });

  it.each([
    ['"v1,a"', 304],
    ['"x,y", W/"v1,a"', 304],
    ['"v1", "a"', 200],
    ['v1,a', 200],
  ])('knows its tag with a comma in it: %s has %d', async (known, status) => {
    const answer = await inject(notes(), { url: '/pair', headers: { 'if-none-match': known } });
    expect(answer).toMatchObject({ status, headers: { etag: '"v1,a"' } });
  });

  it('answers in full once the thing has changed', async () => {
    const application = notes();
    await inject(application, set('second', { 'if-match': '"v1"' }));
    const answer = await inject(application, { url: '/note', headers: { 'if-none-match': '"v1"' } });
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"v2"' }, json: { text: 'second' } });
  });

  it('takes a hash of the content where nothing else tells versions apart', async () => {
    const application = notes();
    const tag = (await inject(application, { url: '/text' })).headers.etag as string;
    expect((await inject(application, { url: '/text', headers: { 'if-none-match': tag } })).status).toBe(304);
    await inject(application, set('second', { 'if-match': '*' }));
    expect((await inject(application, { url: '/text', headers: { 'if-none-match': tag } })).status).toBe(200);
  });
});

describe('a write that needs If-Match', () => {
  it.each([
    ['names no version', {}, 428, 'precondition-required'],
    ['names an old version', { 'if-match': '"v0"' }, 412, 'precondition-failed'],
    ['names the version weakly', { 'if-match': 'W/"v1"' }, 412, 'precondition-failed'],
    ['names several versions', { 'if-match': '"v1", "v2"' }, 400, 'invalid-request'],
    ['forgets the quotes', { 'if-match': 'v1' }, 400, 'invalid-request'],
  ])('is refused if it %s', async (_, headers, status, code) => {
    const application = notes();
    expect(await inject(application, set('second', headers))).toMatchObject({ status, json: { code } });
    expect((await inject(application, { url: '/note' })).json.text).toBe('first');
  });

  it('is done if it names the version that is there, and says the new one', async () => {
    const answer = await inject(notes(), set('second', { 'if-match': '"v1"' }));
    expect(answer).toMatchObject({ status: 200, headers: { etag: '"v2"' } });
  });
});

describe('a route that takes an idempotency key', () => {
  const charge = (headers: Record<string, string>) => inject(notes(), { method: 'POST', url: '/charges', headers });

  it('hands it to the handler, and what is optional only if it is there', async () => {
    expect(await charge({ 'idempotency-key': 'k-1' })).toMatchObject({ json: { key: 'k-1', match: 'none' } });
    expect(await charge({ 'idempotency-key': 'k-1', 'if-match': '"a"' })).toMatchObject({ json: { match: 'a' } });
  });

  it.each([
    [{}],
    [{ 'idempotency-key': '' }],
    [{ 'idempotency-key': 'a b' }],
    [{ 'idempotency-key': 'x'.repeat(256) }],
  ])('refuses %j', async (headers) => {
    expect(await charge(headers)).toMatchObject({ status: 400, json: { code: 'invalid-request' } });
  });
});
