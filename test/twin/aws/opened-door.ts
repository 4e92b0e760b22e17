import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { System } from '../../../system/system.ts';
import type { AwsApi } from '../../../twin/aws/api.ts';
import { awsHostNames, certificateFor } from '../../../twin/aws/certificate.ts';
import { openFrontDoor } from '../../../twin/aws/front-door.ts';
import { type Credentials, Identities } from '../../../twin/aws/identities.ts';
import type { Denial } from '../../../twin/report/denial.ts';
import { REGION, roleArn } from '../../system/iam/system-of.ts';

/** A front door for a test, and how real AWS SDK clients come to it: over TLS, by AWS's own host names. */
export async function openedDoor(system: System, apis: readonly AwsApi[]) {
  const identities = new Identities();
  const certificate = certificateFor(awsHostNames(REGION), mkdtempSync(join(tmpdir(), 'door-')));
  const denials: Denial[] = [];
  const door = await openFrontDoor({ system, identities, apis, certificate, denied: (denial) => denials.push(denial) });
  const ca = readFileSync(certificate.authorityFile, 'utf8');
  const lookup = (_: string, options: { all?: boolean }, done: (...found: unknown[]) => void) =>
    options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);

  return {
    ...door,
    identities,
    denials,
    /** Settings of an SDK client that acts as a task with this role. */
    client: (service: string, as: Credentials, region = REGION) => ({
      region,
      endpoint: `https://${service}.${region}.amazonaws.com:${door.httpsPort}`,
      credentials: as,
      maxAttempts: 1,
      requestHandler: { httpsAgent: { ca, lookup } as never },
    }),
    /** Credentials of a task of the service `web`. */
    task: (role: string) =>
      identities.issue({ name: 'web', path: 'Shop/Web', roleArn: roleArn(role), task: `task-${role}` }),
    operator: () => identities.issue({ name: 'mosaic', operator: true }),
  };
}
