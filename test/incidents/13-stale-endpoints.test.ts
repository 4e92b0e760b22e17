import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { App, aws_ec2 as ec2, aws_ecs as ecs, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Binding } from '../../lib/constructs/binding.ts';
import { Microservice } from '../../lib/constructs/microservice.ts';
import { ServicePlatform } from '../../lib/constructs/service-platform.ts';
import { StageProfile } from '../../lib/constructs/stage-profile.ts';
import { testApp } from '../../lib/testing/test-app.ts';
import type { Twin } from '../../twin/twin.ts';
import { eventually, rehearse, synthesized } from '../rehearsal.ts';
import { testImage } from '../service-behind-edge.ts';

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

describe('13 tasks that are killed one after the other, under load', () => {
  let twin: Twin | undefined;
  afterEach(() => twin?.down());

  /** Calls on while every task of a service is killed and replaced; gives what was answered, by how often. */
  async function replaceAll(service: string, url: string): Promise<Map<string, number>> {
    const answers = new Map<string, number>();
    const healthy = () =>
      twin!
        .status()
        .services.find(({ name }) => name === service)!
        .tasks.filter(({ state }) => state === 'healthy');
    let going = true;
    const callers = Array.from({ length: 8 }, async () => {
      while (going) {
        const answer = await fetch(url);
        const body = await answer.text();
        const shown = answer.status === 200 ? `200 ${body.match(/"degraded":\[.*?\]/)?.[0] ?? ''}` : `${answer.status}`;
        answers.set(shown, (answers.get(shown) ?? 0) + 1);
      }
    });
    try {
      const old = healthy();
      expect(old).toHaveLength(2);
      for (const { id, pid } of old) {
        process.kill(-pid!, 'SIGKILL');
        await eventually(healthy, (tasks) => tasks.length === 2 && !tasks.some((task) => task.id === id));
      }
    } finally {
      going = false;
      await Promise.all(callers);
    }
    return answers;
  }

  it('cost callers nothing: no call fails, no part is left out', async () => {
    twin = await rehearse(await synthesized(), { stage: 'prod' });
    const [url] = Object.values(twin.status().urls);
    const silent = { stdout: () => {}, stderr: () => {} };
    await twin.run({ service: 'catalog', command: ['node', 'seed.js'] }, silent, new AbortController().signal);
    const answers = await replaceAll('catalog', `${url}/web/products/oak-bookshelf`);
    expect([...answers.keys()]).toEqual(['200 "degraded":[]']);
    expect(answers.get('200 "degraded":[]')).toBeGreaterThan(50);
  }, 120_000);

  it('fail calls of a plain service that finds the other by DNS', async () => {
    twin = await rehearse(await synthesized(join(import.meta.dirname, '../apps/plain')));
    const [url] = Object.values(twin.status().urls);
    await fetch(`${url}/note-1`, { method: 'PUT' });
    const answers = await replaceAll('store', `${url}/note-1`);
    expect(answers.get('502')).toBeGreaterThan(0);
  }, 120_000);
});
