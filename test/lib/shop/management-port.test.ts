import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aws_ec2 as ec2, Stack } from 'aws-cdk-lib';
import { readAssembly } from '../../../assembly/read-assembly.ts';
import { Binding } from '../../../lib/constructs/binding.ts';
import { Microservice } from '../../../lib/constructs/microservice.ts';
import { ServicePlatform } from '../../../lib/constructs/service-platform.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { groupRules } from '../../../system/reach/group-rules.ts';
import { includesPort } from '../../../system/reach/port-range.ts';
import { readSystem } from '../../../system/read-system.ts';
import { servicesOf } from '../../../system/services-of.ts';
import { synthesized } from '../../rehearsal.ts';
import { RehearsedShop } from '../../rehearsed-shop.ts';
import { testImage } from '../../service-behind-edge.ts';

/** Where a service tells its operators about itself, unless it is told otherwise. */
const PORT = 9090;

/** Services into which some security group lets somebody at that port. */
function opened(assembly: string, stage?: string): string[] {
  const system = readSystem(readAssembly(assembly, stage === undefined ? {} : { stage }));
  const services = servicesOf(system);
  expect(services.length).toBeGreaterThan(0);
  const isOpen = (groups: readonly string[]): boolean =>
    groupRules(system, groups).some(({ ingress }) => ingress.some(({ ports }) => includesPort([ports], PORT)));
  return services.filter(({ groups }) => isOpen(groups)).map(({ name }) => name);
}

const examples = join(import.meta.dirname, '..', '..', '..', 'examples');
const apps = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'cdk.json')));

describe('the management port', () => {
  it('is opened by no security group of the shop', async () => {
    const assembly = await synthesized();
    expect([...opened(assembly, 'dev'), ...opened(assembly, 'prod')]).toEqual([]);
  });

  it.each(apps)('is opened by no security group of the example %s', async (name) => {
    expect(opened(await synthesized(join(examples, name)))).toEqual([]);
  });

  it('is opened where somebody lets in all ports', () => {
    const app = testApp();
    const stack = new Stack(app, 'Shop', { env: { account: '111111111111', region: 'us-east-1' } });
    const platform = new ServicePlatform(stack, 'Platform', { stage: StageProfile.dev('dev') });
    const catalog = new Microservice(stack, 'Catalog', { platform, image: testImage() });
    const web = new Microservice(stack, 'Web', { platform, image: testImage() }).bind(Binding.call(catalog));
    catalog.connections.allowFrom(web, ec2.Port.allTcp());
    expect(opened(app.synth().directory)).toEqual(['catalog']);
  });
});

describe('the management port of a running task', () => {
  let shop: RehearsedShop | undefined;
  afterEach(() => shop?.down());

  /** What a task of web-bff hears at that port of a task of the catalog. */
  async function heard(assembly?: string): Promise<string> {
    shop = await RehearsedShop.start('dev', assembly);
    const [host] = shop.healthy('catalog')[0]!.address.split(':');
    const ask = `fetch('http://${host}:${PORT}/info').then((answer) => answer.text(), ({ cause }) => cause.code).then((text) => process.stdout.write(text))`;
    const said: string[] = [];
    const output = { stdout: (text: string) => said.push(text), stderr: () => {} };
    await shop.twin.run({ service: 'web-bff', command: ['node', '-e', ask] }, output, AbortSignal.timeout(20_000));
    return said.join('');
  }

  it('is closed to the tasks of other services, which is reported with its reason', async () => {
    expect(await heard()).toBe('ETIMEDOUT');
    expect(shop!.twin.status().denials.at(-1)).toMatchObject({
      from: 'web-bff',
      to: `catalog:${PORT}`,
      why: expect.stringMatching(/no ingress from .* on 9090/),
    });
  });

  it('answers where the rules of the call are widened by hand', async () => {
    const assembly = await synthesized();
    widenRules(assembly);
    expect(JSON.parse(await heard(assembly))).toMatchObject({ service: 'catalog', stage: 'dev' });
  });
});

interface RuleOfCalls {
  readonly Type: string;
  readonly Properties: { readonly Description?: string };
}

/** Lets web-bff reach not only the port of calls but all ports. */
function widenRules(assembly: string): void {
  const stage = readdirSync(assembly).find((name) => name.startsWith('assembly-dev'))!;
  const name = readdirSync(join(assembly, stage)).find((file) => /WebBff.*\.template\.json$/.test(file))!;
  const file = join(assembly, stage, name);
  const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, RuleOfCalls> };
  const rules = Object.values(template.Resources).filter(
    ({ Type, Properties }) =>
      /SecurityGroup(In|E)gress$/.test(Type) && Properties.Description?.startsWith('Calls by Service Connect'),
  );
  expect(rules).toHaveLength(2);
  for (const { Properties } of rules) Object.assign(Properties, { FromPort: 0, ToPort: 65_535 });
  writeFileSync(file, JSON.stringify(template));
}
