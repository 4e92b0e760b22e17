import { list, type PrincipalPattern, type Statement } from './policy.ts';

/** Who makes a request. */
export interface Principal {
  readonly account: string;
  /** `arn:aws:sts::…:assumed-role/Role/session`, or a user's ARN. */
  readonly arn: string;
  /** The role behind the session. */
  readonly roleArn?: string;
  /** `ecs-tasks.amazonaws.com`, where a service of AWS asks for itself. */
  readonly service?: string;
}

/** How directly a statement names a principal: by itself, only through its account, or not at all. */
export type Naming = 'directly' | 'by account' | 'not';

/** How a statement of a resource policy names a principal. Statements of identity policies name none and fit anyone. */
export function naming(statement: Statement, principal: Principal | undefined): Naming {
  if (statement.Principal !== undefined) return namedBy(statement.Principal, principal);
  if (statement.NotPrincipal !== undefined)
    return namedBy(statement.NotPrincipal, principal) === 'not' ? 'directly' : 'not';
  return 'directly';
}

function namedBy(wanted: PrincipalPattern, principal: Principal | undefined): Naming {
  if (wanted === '*') return 'directly';
  if (!principal) return 'not';
  const accounts = list(wanted.AWS);
  const direct =
    accounts.some((value) => value === '*' || value === principal.arn || value === principal.roleArn) ||
    list(wanted.Service).some((value) => value === principal.service);
  if (direct) return 'directly';
  const root = `arn:aws:iam::${principal.account}:root`;
  return accounts.some((value) => value === principal.account || value === root) ? 'by account' : 'not';
}
