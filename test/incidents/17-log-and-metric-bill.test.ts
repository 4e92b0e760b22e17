import { afterEach, describe, expect, it } from '@jest/globals';
import { aws_ecs as ecs, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { request } from 'undici';
import { StageProfile } from '../../lib/constructs/stage-profile.ts';
import { ShopStage } from '../../lib/shop/shop-stage.ts';
import { testApp } from '../../lib/testing/test-app.ts';
import { MemoryConfig } from '../../services/chassis/config/memory-config.ts';
import type { Context } from '../../services/chassis/context.ts';
import { Service } from '../../services/chassis/process/service.ts';
import { type ServiceRuntime, serviceRuntime } from '../../services/chassis/process/service-runtime.ts';
import { LineBuffer } from '../../services/chassis/telemetry/line-buffer.ts';
import { prometheusText } from '../../services/chassis/telemetry/prometheus.ts';
import { systemClock } from '../../services/chassis/time/clock.ts';
import { exampleHandlers, exampleRoutes } from '../services/chassis/example-service.ts';

/** What a request may leave in CloudWatch, lines and metrics together: at $0.50 a GB, two million requests for a dollar. */
const BYTES_PER_REQUEST = 1_000;
const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'REPORT'] as const;

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

/** A service with all its telemetry on, whose bytes are counted; `also` is what its handler does beside its work. */
async function measured(also: (context: Context, id: number, runtime: ServiceRuntime) => void = () => {}) {
  let bytes = 0;
  const clock = systemClock();
  const lines = new LineBuffer(({ length }) => {
    bytes += length;
  }, clock);
  const runtime = serviceRuntime({
    service: 'example',
    stage: 'test',
    clock,
    config: new MemoryConfig(),
    write: (line, urgent) => lines.write(line, urgent),
  });
  const service = new Service({
    settings: {
      service: 'example',
      stage: 'test',
      port: 0,
      requestTimeoutMs: 2_000,
      keepAliveMs: 5_000,
      drainMs: 1,
    },
    routes: exampleRoutes,
    handlers: exampleHandlers({
      async getThing({ params }, context) {
        also(context, params.id, runtime);
        return { id: params.id, big: false, tags: [] };
      },
    }),
    runtime: runtime.runtime,
  });
  const port = await service.listen('127.0.0.1');
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await service.drain();
    await runtime.close();
    lines.flush();
  };
  cleanUp.push(close);
  return {
    /** Asks so many times, ten at a time; resolves with the statuses it got. */
    async ask(
      count: number,
      ofIndex: (index: number) => readonly [method: string, path: string],
    ): Promise<Set<number>> {
      const statuses = new Set<number>();
      for (let begun = 0; begun < count; begun += 10) {
        const answers = Array.from({ length: 10 }, async (_, index) => {
          const [method, path] = ofIndex(begun + index);
          const answer = await request(`http://127.0.0.1:${port}${path}`, { method: method as 'GET' });
          await answer.body.dump();
          statuses.add(answer.statusCode);
        });
        await Promise.all(answers);
      }
      return statuses;
    },
    series: (): number => new Set(prometheusText(runtime.metrics()).match(/^[a-z].*(?= )/gm)).size,
    async bytesWritten(): Promise<number> {
      await close();
      return bytes;
    },
  };
}

const thing = (index: number) => ['GET', `/things/${index + 1}`] as const;

const madeUp = (index: number) =>
  [METHODS[index % METHODS.length]!, `/${index.toString(36)}/wp-admin.php?x=${index}`] as const;

describe('incident 17: the bill for logs and metrics', () => {
  it('is small: a request leaves no more than a budgeted number of bytes', async () => {
    const service = await measured();
    expect(await service.ask(300, thing)).toEqual(new Set([200]));
    const perRequest = (await service.bytesWritten()) / 300;
    expect(perRequest).toBeGreaterThan(100);
    expect(perRequest).toBeLessThan(BYTES_PER_REQUEST);
  });

  it('would not be, did every step of a request write a line', async () => {
    const service = await measured((context) => {
      for (let step = 1; step <= 16; step += 1) context.log.warn('this is fine', { step });
    });
    await service.ask(100, thing);
    expect((await service.bytesWritten()) / 100).toBeGreaterThan(BYTES_PER_REQUEST);
  });

  it('cannot be driven up by a client that makes up paths and methods', async () => {
    const service = await measured();
    await service.ask(100, thing);
    // The classes of status there can be, and one name for all that is nowhere, are few and known beforehand.
    await service.ask(2 * METHODS.length, madeUp);
    const before = service.series();
    expect(before).toBeGreaterThan(20);
    expect(await service.ask(300, (index) => madeUp(index + 1_000))).not.toContain(200);
    expect(service.series()).toBe(before);
    expect((await service.bytesWritten()) / 416).toBeLessThan(BYTES_PER_REQUEST);
  });

  it('could be, were a series named after what a client sends; even then there is an end', async () => {
    const service = await measured((_, id, { runtime }) => runtime.metrics.counter('by.id', { id: String(id) }).add());
    await service.ask(10, thing);
    const before = service.series();
    await service.ask(200, (index) => thing(index + 10));
    const grown = service.series() - before;
    expect(grown).toBeGreaterThan(80);
    expect(grown).toBeLessThanOrEqual(101);
  });
});

/** Log groups that are kept for ever, and containers that log where no template says for how long. */
function keptForEver(template: Template): string[] {
  const groups = template.findResources('AWS::Logs::LogGroup');
  const endless = Object.keys(groups).filter((id) => groups[id]?.Properties?.RetentionInDays === undefined);
  const containers = Object.entries(template.findResources('AWS::ECS::TaskDefinition')).flatMap(
    ([id, { Properties }]) =>
      Properties.ContainerDefinitions.map((container: { Name: string; LogConfiguration?: LogConfiguration }) => ({
        name: `${id}/${container.Name}`,
        group: container.LogConfiguration?.Options?.['awslogs-group']?.Ref,
      })),
  );
  const elsewhere = containers.filter(({ group }) => group === undefined || groups[group] === undefined);
  return [...endless, ...elsewhere.map(({ name }) => name)];
}

interface LogConfiguration {
  readonly Options?: { readonly 'awslogs-group'?: { readonly Ref?: string } };
}

describe('incident 17: logs that nobody deletes', () => {
  it.each(['dev', 'prod'] as const)('are in no stack of the shop, in %s', (profile) => {
    const stage = StageProfile[profile](profile);
    const shop = new ShopStage(testApp(), profile, { stage, env: { region: 'us-east-1' } });
    const templates = shop.node.children
      .filter((child) => child instanceof Stack)
      .map((one) => Template.fromStack(one));
    const groups = templates.flatMap((template) => Object.keys(template.findResources('AWS::Logs::LogGroup')));
    expect(groups.length).toBeGreaterThan(2);
    expect(templates.flatMap(keptForEver)).toEqual([]);
  });

  it('are in a plain stack', () => {
    const stack = new Stack(testApp(), 'Plain');
    const task = new ecs.FargateTaskDefinition(stack, 'Task');
    const image = ecs.ContainerImage.fromRegistry('registry.example.com/app:1');
    task.addContainer('app', { image, logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'app' }) });
    task.addContainer('helper', { image });
    expect(keptForEver(Template.fromStack(stack))).toEqual([
      expect.stringMatching(/LogGroup/),
      expect.stringMatching(/helper/),
    ]);
  });
});
