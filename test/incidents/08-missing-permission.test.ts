import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { TemplateResource } from '../../assembly/assembly.ts';
import type { Denial } from '../../twin/report/denial.ts';
import { rehearse, synthesized, temporaryFolder } from '../rehearsal.ts';

interface Statement {
  readonly Action: string | readonly string[];
}

/** One statement or rule of a template, and how to take it away. */
interface Grant {
  readonly name: string;
  readonly actions: readonly string[];
  readonly file: string;
  readonly logicalId: string;
  remove(resources: Record<string, TemplateResource>): void;
}

const NO_TRAFFIC = { CidrIp: '255.255.255.255/32', IpProtocol: 'icmp', FromPort: 252, ToPort: 86 };

let assembly: string;
let grants: readonly Grant[];

beforeAll(async () => {
  assembly = await synthesized();
  grants = grantsOf(assembly);
});

describe('a permission that is missing is found before production', () => {
  it('the shop as it is starts, is seeded and answers without a denial', async () => {
    const { failure, denials, answers } = await exercise(assembly);
    expect({ failure, denials, answers }).toEqual({ failure: undefined, denials: [], answers: [200, 200, 200] });
  });

  it('each statement taken from a task or execution role is a denial of its actions, with the line that grants it', async () => {
    const statements = grants.filter((grant) => grant.actions.length > 0);
    expect(statements.length).toBeGreaterThanOrEqual(5);
    for (const statement of statements) {
      const { failure, denials } = await exercise(without(statement));
      const denied = denials.filter((denial) => 'action' in denial && statement.actions.includes(denial.action));
      expect({ [statement.name]: denied.length }).not.toEqual({ [statement.name]: 0 });
      for (const denial of denied)
        expect(denial).toMatchObject({ resource: expect.any(String), fix: expect.stringMatching(/^on |grant|addTo/) });
      if (failure) expect(failure).toContain('AccessDenied');
    }
  }, 240_000);

  it('each security-group rule taken away is a refused connection, with the rule that would allow it', async () => {
    const rules = grants.filter((grant) => grant.actions.length === 0);
    expect(rules.length).toBeGreaterThanOrEqual(6);
    for (const rule of rules) {
      const { denials } = await exercise(without(rule));
      const refused = denials.filter((denial) => 'connection' in denial);
      expect({ [rule.name]: refused.length }).not.toEqual({ [rule.name]: 0 });
      for (const denial of refused) expect(denial.fix.length).toBeGreaterThan(10);
    }
  }, 240_000);
});

/** Starts the shop, seeds it, asks for each kind of answer, and tells what was denied on the way. */
async function exercise(
  directory: string,
): Promise<{ failure: string | undefined; denials: readonly Denial[]; answers: number[] }> {
  const denials: Denial[] = [];
  const answers: number[] = [];
  try {
    const twin = await rehearse(directory, {
      stage: 'dev',
      denied: (denial) => denials.push(denial),
      patienceSeconds: 3,
    });
    try {
      const silent = { stdout: () => {}, stderr: () => {} };
      await twin.run({ service: 'catalog', command: ['node', 'seed.js'] }, silent, AbortSignal.timeout(20_000));
      const [url] = Object.values(twin.status().urls);
      const { products } = (await (await fetch(`${url}/catalog/products`)).json()) as { products?: { id: string }[] };
      const id = products?.[0]?.id ?? 'none';
      for (const path of ['/catalog/products', `/catalog/products/${id}`, `/web/products/${id}`]) {
        answers.push((await fetch(`${url}${path}`)).status);
      }
    } finally {
      await twin.down();
    }
    return { failure: undefined, denials, answers };
  } catch (error) {
    return { failure: (error as Error).message, denials, answers };
  }
}

function grantsOf(directory: string): Grant[] {
  const nested = join(directory, readdirSync(directory).find((name) => name.startsWith('assembly-dev')) ?? '');
  return readdirSync(nested)
    .filter((file) => /(Catalog|WebBff|Edge).*\.template\.json$/.test(file))
    .flatMap((file) => {
      const { Resources } = JSON.parse(readFileSync(join(nested, file), 'utf8')) as {
        Resources: Record<string, TemplateResource>;
      };
      return Object.entries(Resources).flatMap(([logicalId, resource]) => grantsIn(file, logicalId, resource));
    });
}

function grantsIn(file: string, logicalId: string, { Type, Properties = {} }: TemplateResource): Grant[] {
  const where = { file, logicalId };
  if (Type === 'AWS::IAM::Policy' && /Task|Execution/.test(logicalId)) {
    const { Statement } = Properties.PolicyDocument as { Statement: Statement[] };
    return Statement.map(({ Action }, index) => ({
      ...where,
      name: `${logicalId} statement ${index}`,
      actions: [Action].flat(),
      remove: (resources) =>
        void (resources[logicalId]!.Properties!.PolicyDocument as { Statement: unknown[] }).Statement.splice(index, 1),
    }));
  }
  if (Type === 'AWS::EC2::SecurityGroupIngress' || Type === 'AWS::EC2::SecurityGroupEgress') {
    return [{ ...where, name: logicalId, actions: [], remove: (resources) => void delete resources[logicalId] }];
  }
  if (Type === 'AWS::EC2::SecurityGroup') {
    const rules = (Properties.SecurityGroupEgress ?? []) as { readonly IpProtocol: string }[];
    return rules.flatMap(({ IpProtocol }, index) => {
      if (IpProtocol === 'icmp') return [];
      // As the CDK writes it: a group without any rule would let everything out.
      const remove = (resources: Record<string, TemplateResource>): void => {
        (resources[logicalId]!.Properties!.SecurityGroupEgress as unknown[])[index] = NO_TRAFFIC;
      };
      return [{ ...where, name: `${logicalId} egress ${index}`, actions: [], remove }];
    });
  }
  return [];
}

function without(grant: Grant): string {
  const copy = join(temporaryFolder(), 'cdk.out');
  cpSync(assembly, copy, { recursive: true });
  const nested = readdirSync(copy).find((name) => name.startsWith('assembly-dev')) ?? '';
  const path = join(copy, nested, grant.file);
  const template = JSON.parse(readFileSync(path, 'utf8')) as { Resources: Record<string, TemplateResource> };
  grant.remove(template.Resources);
  writeFileSync(path, JSON.stringify(template));
  return copy;
}
