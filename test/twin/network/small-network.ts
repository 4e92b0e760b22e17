import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Container, Service } from '../../../system/service.ts';
import type { System } from '../../../system/system.ts';
import type { Addresses } from '../../../twin/network/address-plan.ts';
import type { Network } from '../../../twin/network/network.ts';
import { openNetwork } from '../../../twin/network/open-network.ts';
import type { Denial } from '../../../twin/report/denial.ts';
import { atEnd } from '../at-end.ts';

/** A network with all it was told of denials, and the way to end it. */
export interface SmallNetwork extends Network {
  readonly denials: (Denial & { readonly to?: string })[];
}

/** Opens the network of a system; it ends with the test. */
export async function smallNetwork(system: System, addresses: Addresses): Promise<SmallNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic network '));
  const denials: Denial[] = [];
  const network = await openNetwork({ system, folder, addresses, denied: (denial) => denials.push(denial) });
  atEnd(async () => {
    await network.close();
    rmSync(folder, { recursive: true });
  });
  return Object.assign(network, { denials });
}

/** A service `pay` is in the group `sg-pay`. */
export function service(name: string, changes: Partial<Service> & { container?: Partial<Container> } = {}): Service {
  const { container, ...rest } = changes;
  return {
    id: `Shop/${name}`,
    stack: 'Shop',
    name,
    path: `Shop/${name}/Service/Service`,
    arn: `arn:aws:ecs:us-east-1:111122223333:service/shop/${name}`,
    cluster: 'shop',
    desired: 1,
    definition: {
      id: `Shop/${name}TaskDefinition`,
      path: `Shop/${name}/TaskDefinition/Resource`,
      revision: `${name}:1`,
      cpu: 256,
      memoryMiB: 512,
      taskRole: undefined,
      executionRole: undefined,
      containers: [{ ...CONTAINER, ...container }],
    },
    groups: [`sg-${name}`],
    vpcAddress: '10.0.1.10',
    targets: [],
    connect: undefined,
    dnsNames: [`${name}.shop.local`],
    after: [],
    healthCheckGraceSeconds: 0,
    ...rest,
  };
}

const CONTAINER: Container = {
  name: 'app',
  essential: true,
  image: 'app',
  asset: undefined,
  entryPoint: undefined,
  command: undefined,
  workingDirectory: undefined,
  user: undefined,
  environment: {},
  secrets: {},
  ports: [{ name: undefined, port: 8080, protocol: 'tcp' }],
  readonlyRoot: false,
  volumes: [],
  stopTimeoutSeconds: 30,
  healthCheck: undefined,
  logGroup: undefined,
  logStreamPrefix: undefined,
};
