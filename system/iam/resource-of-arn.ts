import type { Resource } from '../resource.ts';
import { iamRole } from '../resources/iam-role.ts';
import { logGroup } from '../resources/log-group.ts';
import { secret } from '../resources/secret.ts';
import { ssmParameter } from '../resources/ssm-parameter.ts';
import type { System } from '../system.ts';
import { findTable } from '../tables.ts';

/** The resource of the templates that an ARN of an IAM decision belongs to: for an index, its table. */
export function resourceOfArn(system: System, arn: string): Resource<unknown> | undefined {
  const [, , service, , , ...rest] = arn.split(':');
  const resource = rest.join(':');
  const after = (prefix: string): string => resource.slice(prefix.length);
  switch (service) {
    case 'dynamodb':
      return findTable(system, after('table/').split('/', 1)[0]!);
    case 'ssm': {
      const name = after('parameter/');
      return system.of(ssmParameter).find((each) => each.ref === name || each.ref === `/${name}`);
    }
    case 'secretsmanager':
      return system.find(secret, arn);
    case 'logs':
      return system.find(logGroup, after('log-group:').split(':', 1)[0]!);
    case 'iam':
      return system.find(iamRole, arn);
    default:
      return undefined;
  }
}
