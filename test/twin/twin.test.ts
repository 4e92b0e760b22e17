import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readAssembly } from '../../assembly/read-assembly.ts';
import { readSystem } from '../../system/read-system.ts';
import { loadBalancer } from '../../system/resources/load-balancer.ts';
import type { Denial } from '../../twin/report/denial.ts';
import type { Twin } from '../../twin/twin.ts';
import { rehearse, synthesized, temporaryFolder } from '../rehearsal.ts';
import { until } from '../until.ts';

let twin: Twin;
let url: string;
let assembly: string;
const data = join(temporaryFolder(), 'a folder with spaces');
const silent = { stdout: () => {}, stderr: () => {} };
const never = new AbortController().signal;

const healthyTasks = (service: string) =>
  twin
    .status()
    .services.find(({ name }) => name === service)!
    .tasks.filter(({ state }) => state === 'healthy');

beforeAll(async () => {
  assembly = await synthesized();
  twin = await rehearse(assembly, { stage: 'prod', data });
  url = Object.values(twin.status().urls)[0]!;
  expect(await twin.run({ service: 'catalog', command: ['node', 'seed.js'] }, silent, never)).toBe(0);
});

afterAll(() => twin?.down());

describe('a twin of the shop', () => {
  it('answers through the edge: a list, a product, and a view composed of two services', async () => {
    const list = (await (await fetch(`${url}/catalog/products`)).json()) as {
      products: { id: string; name: string }[];
    };
    expect(list.products.length).toBeGreaterThan(5);
    const [{ id, name }] = list.products as [{ id: string; name: string }];
    expect(await (await fetch(`${url}/catalog/products/${id}`)).json()).toMatchObject({ id, name });
    const view = (await (await fetch(`${url}/web/products/${id}`)).json()) as object;
    expect(JSON.stringify(view)).toContain(name);
  });

  it('runs as many tasks as prod asks for, each at an endpoint of its own', () => {
    const tasks = twin.status().services.flatMap((service) => service.tasks);
    expect(tasks).toHaveLength(4);
    expect(new Set(tasks.map((task) => task.address)).size).toBe(4);
    expect(new Set(tasks.map((task) => task.pid)).size).toBe(4);
  });

  it('says 404 as the API does where no route is', async () => {
    const answer = await fetch(`${url}/nowhere`);
    expect([answer.status, await answer.json()]).toEqual([404, { message: 'Not Found' }]);
  });

  it('replaces a task that is killed, while traffic flows on', async () => {
    const [killed] = healthyTasks('catalog');
    process.kill(killed!.pid!, 'SIGKILL');
    const answers: number[] = [];
    await until(
      async () => {
        answers.push((await fetch(`${url}/web/products/none`)).status);
        return healthyTasks('catalog').map(({ id }) => id);
      },
      (ids) => ids.length === 2 && !ids.includes(killed!.id),
    );
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.filter((status) => status !== 404)).toEqual([]);
  });

  it('denies a call that no binding declares, and says what would allow it', async () => {
    const command = ['node', '-e', CALL_DYNAMODB];
    const said: string[] = [];
    await twin.run({ service: 'web-bff', command }, { stdout: (text) => said.push(text), stderr: () => {} }, never);
    expect(said.join('')).toBe('AccessDeniedException');
    const denial = twin.status().denials.at(-1);
    expect(denial).toMatchObject({ from: 'web-bff', action: 'dynamodb:ListTables' });
  });

  it('refuses a connection that no security group allows, at once and as AWS would: by a timeout', async () => {
    const [balancer] = readSystem(readAssembly(assembly, { stage: 'prod' })).of(loadBalancer);
    const host = balancer!.attributes.DNSName;
    const call = `require('net').connect(80, '${host}').on('error', (error) => process.stdout.write(error.code))`;
    const command = ['node', '-e', call];
    const said: string[] = [];
    const began = performance.now();
    await twin.run({ service: 'catalog', command }, { stdout: (text) => said.push(text), stderr: () => {} }, never);
    expect(said.join('')).toBe('ETIMEDOUT');
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(twin.status().denials.at(-1)).toMatchObject({ from: 'catalog', to: expect.stringMatching(/Balancer:80$/) });
  });

  it('gives a one-off task DNS names but no Service Connect alias', async () => {
    const command = ['node', '-e', "fetch('http://catalog/').catch((e) => process.stdout.write(e.cause.code))"];
    const said: string[] = [];
    await twin.run({ service: 'web-bff', command }, { stdout: (text) => said.push(text), stderr: () => {} }, never);
    expect(said.join('')).toBe('ENOTFOUND');
  });

  it('runs a one-off task for whoever asks the ECS API, as `npm run seed` does in a deployed stage', async () => {
    const seed = join(import.meta.dirname, '..', '..', 'bin', 'seed.ts');
    const env = { PATH: process.env.PATH!, ...twin.toolEnvironment };
    const { stdout } = await promisify(execFile)(process.execPath, [seed, '--stage', 'prod'], { env });
    expect(stdout).toContain('exit code 0');
  });

  it('hands on the exit code of a one-off task', async () => {
    expect(await twin.run({ service: 'catalog', command: ['sh', '-c', 'exit 7'] }, silent, never)).toBe(7);
  });

  it('has a read-only root', async () => {
    const command = [
      'node',
      '-e',
      "try { require('fs').writeFileSync('x', 'y') } catch (e) { process.stdout.write(e.code) }",
    ];
    const said: string[] = [];
    await twin.run({ service: 'catalog', command }, { stdout: (text) => said.push(text), stderr: () => {} }, never);
    expect(said.join('')).toBe('EROFS');
  });

  it('says of every resource what becomes of it', () => {
    const { honesty } = twin.status();
    expect(honesty.filter(({ verdict }) => verdict === 'refused')).toEqual([]);
    expect(
      honesty.find(({ type, property }) => type === 'AWS::ECS::Service' && property === 'DesiredCount'),
    ).toBeUndefined();
    expect(honesty.some(({ verdict }) => verdict === 'accepted')).toBe(true);
  });

  it('refuses a second twin on the same data folder, naming the first', async () => {
    await expect(rehearse(assembly, { stage: 'prod', data })).rejects.toThrow(/already runs.*pid \d+/);
  });

  it('keeps data over a restart', async () => {
    await twin.down();
    expect(existsSync(join(data, 'twin.json'))).toBe(false);
    twin = await rehearse(assembly, { stage: 'prod', data });
    url = Object.values(twin.status().urls)[0]!;
    const list = (await (await fetch(`${url}/catalog/products`)).json()) as { products: unknown[] };
    expect(list.products.length).toBeGreaterThan(5);
  });

  it('tells the denials before the restart only to who asks for them', async () => {
    expect(twin.status().denials).toEqual([]);
    const told = async (earlier: boolean) => {
      const all: Denial[] = [];
      for await (const denial of twin.denials({ earlier }, never)) all.push(denial);
      return all;
    };
    expect(await told(false)).toEqual([]);
    expect(await told(true)).toMatchObject([
      { from: 'web-bff', action: 'dynamodb:ListTables' },
      { from: 'catalog', connection: 'connect' },
    ]);
  });
});

/** A SigV4-signed call without an SDK, for the bundle of web-bff has none. */
const CALL_DYNAMODB = `
const { createHash, createHmac } = require('node:crypto');
const hash = (text) => createHash('sha256').update(text).digest('hex');
const sign = (key, text) => createHmac('sha256', key).update(text).digest();
(async () => {
  const credentials = await (await fetch('http://169.254.170.2' + process.env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)).json();
  const region = process.env.AWS_REGION;
  const host = 'dynamodb.' + region + '.amazonaws.com';
  const date = new Date().toISOString().replace(/[:-]|\\.\\d{3}/g, '');
  const scope = date.slice(0, 8) + '/' + region + '/dynamodb/aws4_request';
  const headers = { host, 'x-amz-date': date, 'x-amz-security-token': credentials.Token, 'x-amz-target': 'DynamoDB_20120810.ListTables' };
  const names = Object.keys(headers).sort();
  const canonical = ['POST', '/', '', ...names.map((name) => name + ':' + headers[name]), '', names.join(';'), hash('{}')].join('\\n');
  const key = scope.split('/').reduce(sign, 'AWS4' + credentials.SecretAccessKey);
  const signature = sign(key, ['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\\n')).toString('hex');
  const authorization = 'AWS4-HMAC-SHA256 Credential=' + credentials.AccessKeyId + '/' + scope + ', SignedHeaders=' + names.join(';') + ', Signature=' + signature;
  const answer = await fetch('https://' + host + '/', { method: 'POST', body: '{}', headers: { ...headers, authorization, 'content-type': 'application/x-amz-json-1.0' } });
  process.stdout.write((await answer.json()).__type.split('#').pop());
})();
`;
