import type { System } from '../../system/system.ts';
import type { AwsApi, Operation } from './api.ts';
import { arnOf } from './identities.ts';
import { query } from './protocol.ts';

/** Who am I. */
export function sts(system: System): AwsApi {
  const operations: Record<string, Operation> = {
    GetCallerIdentity: {
      // Everyone may ask this, whatever policies say.
      accesses: () => [],
      perform: ({ principal }) => {
        const arn = arnOf(principal, system.account);
        return { UserId: arn.split('/').slice(1).join(':'), Account: system.account, Arn: arn };
      },
    },
  };
  const protocol = query('https://sts.amazonaws.com/doc/2011-06-15/');
  return { service: 'sts', protocol, global: true, operation: (name) => operations[name] };
}
