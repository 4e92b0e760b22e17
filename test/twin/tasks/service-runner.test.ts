import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Container, Service } from '../../../system/service.ts';
import { ImageStore } from '../../../twin/images/image-store.ts';
import type { Seat } from '../../../twin/network/network.ts';
import { TaskSeat } from '../../../twin/network/task-seat.ts';
import { Reaper } from '../../../twin/reaper.ts';
import type { Task } from '../../../twin/task.ts';
import type { Clearance } from '../../../twin/tasks/clearance.ts';
import { LogStore } from '../../../twin/tasks/log-store.ts';
import { prepareService } from '../../../twin/tasks/prepare-service.ts';
import type { TaskHost } from '../../../twin/tasks/running-task.ts';
import { ServiceRunner, type ServiceRunnerOptions } from '../../../twin/tasks/service-runner.ts';
import { TaskFolders } from '../../../twin/tasks/task-files.ts';
import { until } from '../../until.ts';

let data: string;
let reaper: Reaper;
let logs: LogStore;
let seats: Seat[];
let forgotten: string[];
let clearance: Clearance;
let runners: ServiceRunner[];

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'twin-'));
  reaper = new Reaper();
  logs = new LogStore({ folder: join(data, 'logs') });
  seats = [];
  forgotten = [];
  runners = [];
  clearance = { starts: true, secrets: {} };
});
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop()));
  await reaper.close();
  rmSync(data, { recursive: true, force: true });
});

const check = (command: string[], startPeriodSeconds = 10, intervalSeconds = 0.05): Pick<Container, 'healthCheck'> => ({
  healthCheck: { command, intervalSeconds, timeoutSeconds: 5, retries: 2, startPeriodSeconds },
});

const container = (given: Partial<Container> = {}): Container => ({
  name: 'web',
  essential: true,
  image: 'assets:abc',
  asset: {
    repository: 'assets',
    tag: 'abc',
    directory: join(data, 'context'),
    dockerfile: 'Dockerfile',
    target: undefined,
    buildArgs: {},
    platform: undefined,
  },
  entryPoint: undefined,
  command: undefined,
  workingDirectory: undefined,
  user: undefined,
  environment: {},
  secrets: {},
  ports: [{ name: 'http', port: 8080, protocol: 'http' }],
  readonlyRoot: false,
  volumes: [],
  stopTimeoutSeconds: 30,
  ...check(['CMD', 'true']),
  logGroup: undefined,
  logStreamPrefix: undefined,
  ...given,
});

const service = (containers: readonly Container[], given: Partial<Service> = {}): Service => ({
  id: 'Stack/Service',
  stack: 'Stack',
  name: 'catalog',
  path: 'dev/Catalog',
  arn: 'arn:aws:ecs:us-east-1:111111111111:service/c/catalog',
  cluster: 'c',
  desired: 1,
  definition: {
    id: 'Stack/Task',
    path: 'dev/Catalog/Task',
    revision: 'catalog:1',
    cpu: 256,
    memoryMiB: 512,
    taskRole: undefined,
    executionRole: undefined,
    containers,
  },
  groups: [],
  vpcAddress: undefined,
  targets: [],
  connect: undefined,
  dnsNames: [],
  after: [],
  healthCheckGraceSeconds: 0,
  ...given,
});

const host = (): TaskHost => ({
  seat: async (of, task) => {
    const given = { address: '127.0.0.1', environment: { SEAT: task }, nodeOptions: [] };
    const seat = new TaskSeat(of, task, given, {
      place: (port) => ['127.0.0.1', port],
      changed: () => {},
      left: () => {},
    });
    seats.push(seat);
    return seat;
  },
  unseat: (seat) => seat.leave(),
  clear: () => clearance,
  variables: (_, task, name) => ({ IDENTITY: `${name} of ${task}` }),
  forget: (task) => forgotten.push(task),
  problem: () => undefined,
  folders: new TaskFolders(data),
  logs,
  reaper,
});

async function run(
  program: string,
  of: Service,
  options: Partial<ServiceRunnerOptions> = {},
  lines = 'USER node',
  from = 'node:26-slim',
) {
  mkdirSync(join(data, 'context'), { recursive: true });
  writeFileSync(join(data, 'context/main.js'), program);
  const dockerfile = `FROM ${from}\nENV FROM_IMAGE=yes\nWORKDIR /app\nCOPY . .\n${lines}\nCMD ["node", "main.js"]`;
  writeFileSync(join(data, 'context/Dockerfile'), dockerfile);
  const prepared = await prepareService(of, new ImageStore({ folder: join(data, 'images'), reaper }), () => {});
  if (!prepared.runs) throw new Error(prepared.why);
  const runner = new ServiceRunner({ service: of, images: prepared.images, host: host(), ...options });
  runners.push(runner);
  runner.start();
  return runner;
}

const said = (): string[] => logs.tail('catalog', 1000).map(({ line }) => line);
const STAYS = 'setInterval(() => {}, 1000);';
describe('ServiceRunner', () => {
  it('gives a container its environment and nothing of the twin', async () => {
    process.env.OF_THE_TWIN = 'leaks';
    clearance = { starts: true, secrets: { web: { PASSWORD: 'secret' } } };
    const of = service([container({ environment: { FROM_TEMPLATE: 'yes' } })]);
    await (await run(`console.log(JSON.stringify(process.env)); ${STAYS}`, of)).ready;
    await until(() => said().length > 0);
    const { PATH, NODE_OPTIONS, HOSTNAME, MOSAIC_TWIN_FILES, ...rest } = JSON.parse(said()[0]!);
    const { task } = seats[0]!;
    expect(rest).toEqual({
      HOME: '/home/node',
      FROM_IMAGE: 'yes',
      FROM_TEMPLATE: 'yes',
      PASSWORD: 'secret',
      IDENTITY: `web of ${task}`,
      SEAT: task,
    });
    expect(PATH).not.toContain('node_modules/.bin');
    delete process.env.OF_THE_TWIN;
  });

  it('finds no modules beyond the image, and takes no module type from a project around the data folder', async () => {
    const around = data;
    data = join(around, '.mosaic');
    const modules = { [around]: 'around', [join(data, 'context')]: 'brought' };
    for (const [folder, name] of Object.entries(modules)) {
      mkdirSync(join(folder, 'node_modules', name), { recursive: true });
      writeFileSync(join(folder, 'node_modules', name, 'index.js'), '');
    }
    writeFileSync(join(around, 'package.json'), '{"type":"module"}');
    // The negative control: where the tasks' folder is, Node finds it.
    expect(createRequire(join(data, 'tasks/main.js')).resolve('around')).toContain(around);
    const program = `const find = (name) => { try { require(name); return 'found'; } catch ({ code }) { return code; } };
      const load = (name) => import(name).then(() => 'found', ({ code }) => code);
      Promise.all(['brought', 'around'].flatMap((name) => [find(name), load(name)])).then((all) => console.log(all.join()));
      ${STAYS}`;
    await (await run(program, service([container()]))).ready;
    await until(() => said().length > 0);
    data = around;
    expect(said()).toEqual(['found,found,MODULE_NOT_FOUND,ERR_MODULE_NOT_FOUND']);
  });

  it('holds a child process which its parent gave an environment of its own', async () => {
    const ask = `console.log(require('node:fs').existsSync('/app/main.js'), process.env.FROM_IMAGE ?? 'clean')`;
    const program = `require('node:child_process').spawn('node', ['-e', ${JSON.stringify(ask)}], { env: { PATH: process.env.PATH }, stdio: 'inherit' }); ${STAYS}`;
    await (await run(program, service([container()]))).ready;
    await until(() => said().length > 0);
    expect(said()).toEqual(['true clean']);
  });

  it('keeps as many tasks as are desired, each with files of its own, gone with it', async () => {
    const program = `const fs = require('fs'); fs.writeFileSync('/app/mine', String(process.pid)); console.log(fs.readdirSync('/app').join(), __dirname); ${STAYS}`;
    const runner = await run(program, service([container()], { desired: 2 }));
    await runner.ready;
    expect(runner.tasks.map(({ state, address, revision }) => ({ state, address, revision }))).toEqual([
      { state: 'healthy', address: '127.0.0.1:8080', revision: 'catalog:1' },
      { state: 'healthy', address: '127.0.0.1:8080', revision: 'catalog:1' },
    ]);
    await until(() => said().length === 2);
    for (const line of said()) expect(line).toMatch(/^Dockerfile,main\.js,mine /);
    expect(new Set(said()).size).toBe(2);
    expect(readdirSync(join(data, 'tasks'))).toHaveLength(4);
    await runner.stop();
    expect(readdirSync(join(data, 'tasks'))).toEqual(['preload', 'tools']);
    expect(forgotten.sort()).toEqual(seats.map(({ task }) => task).sort());
  });

  it('replaces a task that is killed', async () => {
    const states: Task[] = [];
    const runner = await run(STAYS, service([container()]), { changed: (task) => states.push(task) });
    await runner.ready;
    const [first] = runner.tasks;
    process.kill((first as { pid: number }).pid, 'SIGKILL');
    await until(() => runner.tasks[0]?.state === 'healthy' && runner.tasks[0].id !== first!.id);
    expect(states.find(({ state }) => state === 'gone')).toMatchObject({
      id: first!.id,
      exitCode: 137,
      why: 'container web was ended by SIGKILL (exit code 137)',
    });
  });

  it('stops one task when it is told to, and replaces it', async () => {
    const gone: Task[] = [];
    const changed = (task: Task): unknown => task.state === 'gone' && gone.push(task);
    const runner = await run(STAYS, service([container()], { desired: 2 }), { changed });
    await runner.ready;
    const [first, other] = runner.tasks;
    expect(runner.stopTask(first!.id, 'drill')).toMatchObject({ id: first!.id, state: 'stopping', why: 'drill' });
    expect(runner.stopTask('no such task', 'drill')).toBeUndefined();
    const ids = (): string[] => runner.tasks.filter(({ state }) => state === 'healthy').map(({ id }) => id);
    await until(() => ids().length === 2 && !ids().includes(first!.id));
    expect(ids()).toContain(other!.id);
    expect(gone).toMatchObject([{ id: first!.id, exitCode: 143, why: 'drill' }]);
  });

  it('gives up on a service that never gets healthy, and says why', async () => {
    const runner = await run(
      'console.error("no DATABASE_URL"); process.exit(3)',
      service([container({ healthCheck: undefined })]),
    );
    await expect(runner.ready).rejects.toThrow(
      'catalog (dev/Catalog) does not become healthy, 3 tasks failed: container web exited with code 3; its last lines:\n    no DATABASE_URL',
    );
    await until(() => runner.tasks.length === 0);
    expect(seats).toHaveLength(3);
  });

  it('says what ECS says where the execution role does not suffice, and starts nothing', async () => {
    clearance = { starts: false, reason: 'ResourceInitializationError: no secrets' };
    const runner = await run(STAYS, service([container()]));
    await expect(runner.ready).rejects.toThrow('ResourceInitializationError: no secrets');
    expect(seats).toEqual([]);
  });

  it('is ready once the container check passes, and replaces a task that fails it later', async () => {
    const program = `process.on('SIGUSR2', () => require('fs').writeFileSync('sick', '')); setTimeout(() => require('fs').writeFileSync('well', ''), 300); ${STAYS}`;
    const of = service([
      container(check(['CMD-SHELL', 'test -f /app/well && test ! -f /app/sick || { echo sick; exit 1; }'])),
    ]);
    const gone: Task[] = [];
    const runner = await run(program, of, { changed: (task) => task.state === 'gone' && gone.push(task) });
    await runner.ready;
    expect(gone).toEqual([]);
    const { id, pid } = runner.tasks[0] as { id: string; pid: number };
    process.kill(pid, 'SIGUSR2');
    await until(() => runner.tasks[0]?.state === 'healthy' && runner.tasks[0].id !== id);
    expect(gone[0]).toMatchObject({ why: 'the health check of container web fails: sick' });
  });

  it('says what a check says that never passes', async () => {
    const of = service([container(check(['CMD-SHELL', 'echo ECONNREFUSED; exit 1']))]);
    const runner = await run(STAYS, of, { patienceSeconds: 1 });
    await expect(runner.ready).rejects.toThrow(
      'not healthy within 1 s: the health check of container web fails: ECONNREFUSED',
    );
  });

  it('has the curl and wget of the image, not those of this machine', async () => {
    const program = `require('http').createServer((q, r) => { r.statusCode = q.url === '/health' ? 200 : 503; r.end('fine') }).listen(0, '127.0.0.1', function () { require('fs').writeFileSync('port', String(this.address().port)) })`;
    const curl = (path: string) => {
      const script = `until [ -s port ]; do sleep 0.05; done; curl -fsS -o /dev/null http://127.0.0.1:$(cat port)${path} || exit 1`;
      return check(['CMD-SHELL', script], 0);
    };
    const full = await run(program, service([container(curl('/health'))]), {}, 'USER node', 'node:26');
    await full.ready;
    const wrong = await run(program, service([container(curl('/'))]), {}, 'USER node', 'node:26');
    await expect(wrong.ready).rejects.toThrow('curl: (22) The requested URL returned error: 503');
    const slim = await run(program, service([container(curl('/health'))]));
    await expect(slim.ready).rejects.toThrow('curl: not found: the image has none');
  });

  it('waits for the balancer, and for its grace', async () => {
    const targets = [{ targetGroup: 'arn:tg', container: 'web', port: 8080 }];
    const runner = await run(STAYS, service([container()], { targets, healthCheckGraceSeconds: 1000 }));
    await until(() => seats[0]?.running === true);
    seats[0]!.report('arn:tg', false);
    expect(runner.tasks[0]?.state).toBe('starting');
    seats[0]!.report('arn:tg', true);
    await runner.ready;
  });

  it('replaces a task for what its own target group says, not for what another one does', async () => {
    const targets = ['arn:slow', 'arn:walled'].map((targetGroup) => ({ targetGroup, container: 'web', port: 8080 }));
    const of = service([container()], { targets, healthCheckGraceSeconds: 1000 });
    const walled = { why: 'security groups do not let the balancer in', final: true };
    const runner = await run(STAYS, of, {
      host: { ...host(), problem: (_, group) => (group === 'arn:walled' ? walled : undefined) },
    });
    await until(() => seats[0]?.running === true);
    seats[0]!.report('arn:slow', false);
    expect(runner.tasks[0]?.state).toBe('starting');
    seats[0]!.report('arn:walled', false);
    expect(runner.tasks[0]?.state).not.toBe('starting');
  });

  it('replaces at once what the balancer will never reach', async () => {
    const targets = [{ targetGroup: 'arn:tg', container: 'web', port: 8080 }];
    const of = service([container()], { targets, healthCheckGraceSeconds: 1000 });
    const runner = await run(STAYS, of, {
      host: { ...host(), problem: () => ({ why: 'security groups do not let the balancer in', final: true }) },
      changed: () => {
        for (const seat of seats)
          if (seat.running && !seat.draining) queueMicrotask(() => seat.report('arn:tg', false));
      },
    });
    await expect(runner.ready).rejects.toThrow(
      'target group arn:tg finds it unhealthy: security groups do not let the balancer in',
    );
  });

  it('lets a task end its work on SIGTERM, after no requests go to it', async () => {
    const program = `process.on('SIGTERM', () => { console.log('finishing'); setTimeout(() => process.exit(0), 50) }); console.log('up'); ${STAYS}`;
    const runner = await run(program, service([container()]));
    await until(() => said().includes('up'));
    await runner.stop();
    expect(said()).toEqual(['up', 'finishing']);
    expect(seats[0]!.draining).toBe(true);
  });

  it('kills what does not end within its stop timeout', async () => {
    const gone: Task[] = [];
    const program = `process.on('SIGTERM', () => console.log('no')); console.log('up'); ${STAYS}`;
    const runner = await run(program, service([container({ stopTimeoutSeconds: 0.1 })]), {
      changed: (task) => task.state === 'gone' && gone.push(task),
    });
    await until(() => said().includes('up'));
    await runner.stop();
    expect(said()).toEqual(['up', 'no']);
    expect(gone).toHaveLength(1);
  });

  it('ends the task with any essential container, and shares volumes among its containers', async () => {
    const volumes = [{ path: '/shared', readOnly: false, volume: 'shared' }];
    const writer = container({
      name: 'writer',
      essential: false,
      volumes,
      command: ['node', '-e', 'require("fs").writeFileSync("/shared/note", "hello")'],
    });
    const reader = container({
      volumes,
      command: [
        'node',
        '-e',
        'const read = () => { try { console.log(require("fs").readFileSync("/shared/note", "utf8")); process.exit(7) } catch { setTimeout(read, 10) } }; read()',
      ],
    });
    const runner = await run('', service([writer, reader]), {}, 'USER root');
    await runner.ready;
    await until(() => said().length >= 1);
    expect(said()[0]).toBe('hello');
  });

  it('has /tmp writable only where the image makes it so', async () => {
    const volumes = [{ path: '/tmp', readOnly: false, volume: 'tmp' }];
    const program = `try { require('fs').writeFileSync(require('os').tmpdir() + '/x', ''); console.log('written') } catch (error) { console.log(error.code) } ${STAYS}`;
    const of = service([container({ readonlyRoot: true, volumes })]);
    const chowned = await run(program, of, {}, 'RUN mkdir -p /tmp && chown node /tmp\nVOLUME /tmp\nUSER node');
    await chowned.ready;
    await until(() => said().length === 1);
    await chowned.stop();
    await run(program, of, {}, 'USER node');
    await until(() => said().length === 2);
    await run(program, service([container({ readonlyRoot: true })]), {}, 'USER node');
    await until(() => said().length === 3);
    expect(said()).toEqual(['written', 'EACCES', 'EROFS']);
  });
});

describe('runOnce', () => {
  const outputs = () => {
    const text = { out: '', err: '' };
    return { text, stdout: (more: string) => (text.out += more), stderr: (more: string) => (text.err += more) };
  };

  it('runs another command in a task of its own, and tells its exit code', async () => {
    const targets = [{ targetGroup: 'arn:tg', container: 'web', port: 8080 }];
    const runner = await run(
      'console.log(process.env.WHAT, process.env.IDENTITY); process.exitCode = 4',
      service([container(check(['CMD', 'false']))], { desired: 0, targets }),
    );
    await runner.ready;
    const { text, ...output } = outputs();
    const environment = { WHAT: 'products' };
    const { task, ended } = runner.runOnce({ command: ['node', '/app/main.js'], environment, ...output });
    expect(await ended).toBe(4);
    expect(text.out).toBe(`products web of ${seats[0]!.task}\n`);
    expect(task).toMatchObject({ id: seats[0]!.task, isOneOff: true });
    expect(seats[0]!.service).toMatchObject({ id: 'Stack/Service/one-off', targets: [], connect: undefined });
    expect(runner.tasks).toEqual([]);
  });

  it('ends the task when told to', async () => {
    const runner = await run(`console.log('up'); ${STAYS}`, service([container()], { desired: 0 }));
    const { text, ...output } = outputs();
    const stop = new AbortController();
    const { ended } = runner.runOnce({ command: ['node', 'main.js'], signal: stop.signal, ...output });
    await until(() => text.out === 'up\n');
    stop.abort();
    expect(await ended).toBe(143);
  });

  it('says why a task does not start', async () => {
    const runner = await run(STAYS, service([container()], { desired: 0 }));
    clearance = { starts: false, reason: 'CannotPullContainerError: no' };
    const { text: _, ...output } = outputs();
    await expect(runner.runOnce({ command: ['true'], ...output }).ended).rejects.toThrow(
      'catalog: the task did not start: CannotPullContainerError: no',
    );
  });
});
