import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { App, aws_ec2 as ec2, aws_ecs as ecs, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Binding } from '../../lib/constructs/binding.ts';
import { Microservice } from '../../lib/constructs/microservice.ts';
import { ServicePlatform } from '../../lib/constructs/service-platform.ts';
import { StageProfile } from '../../lib/constructs/stage-profile.ts';
import { testApp } from '../../lib/testing/test-app.ts';
import type { TaskStatus } from '../../twin/report/status.ts';
import type { Twin } from '../../twin/twin.ts';
import { rehearse, stopTask, synthesized } from '../rehearsal.ts';
import { RehearsedShop } from '../rehearsed-shop.ts';
import { testImage } from '../service-behind-edge.ts';
import { until } from '../until.ts';

const env = { region: 'us-east-1' };

/** What lets callers of these services call a task that is gone, or one that was never told of them. */
function risks(template: Template, caller: string, callee: string): string[] {
  const services = Object.entries(template.findResources('AWS::ECS::Service'));
  const find = (id: string) => services.find(([name]) => name.startsWith(id))!;
  const [calleeId, { Properties }] = find(callee);
  const found: string[] = [];
  const [offer] = Properties.ServiceConnectConfiguration?.Services ?? [];
  if (offer?.Timeout?.PerRequestTimeoutSeconds === undefined) found.push('the proxy has the timeouts it comes with');
  const tasks = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
  const mappings = tasks.flatMap((task) =>
    task.Properties.ContainerDefinitions.flatMap(({ PortMappings }: { PortMappings: object[] }) => PortMappings),
  );
  if (mappings.some(({ AppProtocol }) => AppProtocol !== 'http'))
    found.push('the proxy knows connections, not requests');
  if (!find(caller)[1].DependsOn?.includes(calleeId))
    found.push('the caller may start before the name it calls exists');
  return found;
}

describe('13 callers in a template', () => {
  it('start after those they call, through a proxy that knows requests and their time', () => {
    const stack = new Stack(testApp(), 'Shop', { env });
    const platform = ServicePlatform.fromContract(stack, 'Platform', { stage: StageProfile.dev('dev') });
    const catalog = new Microservice(stack, 'Catalog', { platform, image: testImage() });
    new Microservice(stack, 'Web', { platform, image: testImage() }).bind(Binding.call(catalog));
    expect(risks(Template.fromStack(stack), 'Web', 'Catalog')).toEqual([]);
  });

  it('do not, by Service Connect as it comes', () => {
    const stack = new Stack(new App(), 'Plain', { env });
    const vpc = new ec2.Vpc(stack, 'Vpc', { availabilityZones: ['us-east-1a', 'us-east-1b'] });
    const cluster = new ecs.Cluster(stack, 'Cluster', { vpc, defaultCloudMapNamespace: { name: 'plain' } });
    for (const id of ['Catalog', 'Web']) {
      const taskDefinition = new ecs.FargateTaskDefinition(stack, `${id}Task`);
      const image = ecs.ContainerImage.fromRegistry('registry.example.com/app:1');
      taskDefinition.addContainer('app', { image, portMappings: [{ name: id, containerPort: 8080 }] });
      const serviceConnectConfiguration = { services: [{ portMappingName: id }] };
      new ecs.FargateService(stack, id, {
        cluster,
        taskDefinition,
        minHealthyPercent: 100,
        serviceConnectConfiguration,
      });
    }
    expect(risks(Template.fromStack(stack), 'Web', 'Catalog')).toHaveLength(3);
  });
});

describe('13 tasks that go, under load', () => {
  let twin: Twin | undefined;
  let shop: RehearsedShop | undefined;
  afterEach(async () => {
    await Promise.all([twin?.down(), shop?.down()]);
    twin = shop = undefined;
  });

  /** Leaves the machine time for the tasks that come. */
  const PAUSE_MS = 10;

  const healthyOf = (running: Twin, service: string): readonly TaskStatus[] =>
    running
      .status()
      .services.find(({ name }) => name === service)!
      .tasks.filter(({ state }) => state === 'healthy');

  const kill = ({ pid }: TaskStatus): void => void process.kill(-pid!, 'SIGKILL');

  async function replace(running: Twin, service: string, count: number, end: (task: TaskStatus) => unknown) {
    for (const task of healthyOf(running, service).slice(0, count)) {
      await end(task);
      const replaced = (tasks: readonly TaskStatus[]) => tasks.length === 2 && !tasks.some(({ id }) => id === task.id);
      await until(() => healthyOf(running, service), replaced, 40_000);
    }
  }

  /** Calls on while so many tasks of each service are ended and replaced, one at a time; gives what was answered. */
  async function replaceUnderLoad(
    running: Twin,
    url: string,
    services: Readonly<Record<string, number>>,
    end: (task: TaskStatus) => unknown,
  ): Promise<Map<string, number>> {
    const answers = new Map<string, number>();
    let going = true;
    const callers = Array.from({ length: 8 }, async () => {
      while (going) {
        const answer = await fetch(url);
        const body = await answer.text();
        const shown = answer.status === 200 ? `200 ${body.match(/"degraded":\[.*?\]/)?.[0] ?? ''}` : `${answer.status}`;
        answers.set(shown, (answers.get(shown) ?? 0) + 1);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    });
    try {
      await Promise.all(Object.entries(services).map(([service, count]) => replace(running, service, count, end)));
      const answered = (): number => [...answers.values()].reduce((sum, count) => sum + count, 0);
      await until(answered, (count) => count > 60);
    } finally {
      going = false;
      await Promise.all(callers);
    }
    return answers;
  }

  it('cost callers nothing, killed or told to stop, behind the proxy and the balancer: no call fails, no part is left out', async () => {
    shop = await RehearsedShop.start('prod');
    const view = `${shop.url}/web/products/oak-bookshelf`;
    const killed = await replaceUnderLoad(shop.twin, view, { catalog: 2 }, kill);
    expect([...killed.keys()]).toEqual(['200 "degraded":[]']);
    expect(killed.get('200 "degraded":[]')).toBeGreaterThan(50);

    const told: TaskStatus[] = [];
    const stop = (task: TaskStatus): Promise<void> => {
      told.push(task);
      return stopTask(shop!.twin, task.id);
    };
    const stopped = await replaceUnderLoad(shop.twin, view, { catalog: 1, 'web-bff': 1 }, stop);
    expect([...stopped.keys()]).toEqual(['200 "degraded":[]']);
    expect(stopped.get('200 "degraded":[]')).toBeGreaterThan(50);
    const lines = [...(await shop.lines('catalog')), ...(await shop.lines('web-bff'))];
    const lastWords = told.map(({ id }) => lines.filter(({ task, msg }) => task === id && msg === 'drained').length);
    expect(lastWords).toEqual([1, 1]);
  }, 120_000);

  it('fail calls of a plain service that finds the other by DNS, whose processes end when they are told to', async () => {
    twin = await rehearse(await synthesized(join(import.meta.dirname, '../apps/plain')));
    const [url] = Object.values(twin.status().urls);
    await fetch(`${url}/note-1`, { method: 'PUT' });
    // Nearly always somebody waits for the task that goes, not always.
    const untilOneFails = async (service: string, end: (task: TaskStatus) => unknown): Promise<void> => {
      let failed = 0;
      while (failed === 0) {
        failed = (await replaceUnderLoad(twin!, `${url}/note-1`, { [service]: 1 }, end)).get('502') ?? 0;
      }
    };
    await untilOneFails('store', kill);
    await untilOneFails('front', ({ id }) => stopTask(twin!, id));
  }, 120_000);
});
