import { conditionHolds } from './condition.ts';
import { matchesArn, pattern } from './pattern.ts';
import { list, type Policy, type Statement, statements } from './policy.ts';
import { naming, type Principal } from './principal.ts';
import type { RequestContext } from './request-context.ts';

/** What someone wants to do. */
export interface AccessRequest {
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** ARN, or `*` for an action that knows no resource. */
  readonly resource: string;
  readonly context: RequestContext;
  readonly principal?: Principal;
}

/** All policies that speak about a request within one account. */
export interface Policies {
  readonly identity: readonly Policy[];
  readonly boundary?: Policy | undefined;
  readonly resource?: Policy | undefined;
}

export type Evaluation =
  | { readonly verdict: 'allow' | 'explicit deny'; readonly policy: Policy; readonly statement: Statement }
  | { readonly verdict: 'implicit deny'; readonly lacking: 'identity' | 'boundary' };

interface Match {
  readonly policy: Policy;
  readonly statement: Statement;
}

interface Scan {
  readonly allow: Match | undefined;
  readonly deny: Match | undefined;
}

/** Decides a request as IAM does: an explicit deny wins, then something must allow it, then the boundary must too. */
export function evaluate(policies: Policies, request: AccessRequest): Evaluation {
  const identity = scan(policies.identity, request);
  const boundary = policies.boundary && scan([policies.boundary], request);
  const resource = policies.resource && scan([policies.resource], request);

  const deny = identity.deny ?? resource?.deny ?? boundary?.deny;
  if (deny) return { verdict: 'explicit deny', ...deny };
  if (resource?.allow && (!boundary || namesSession(resource.allow.statement, request.principal))) {
    return { verdict: 'allow', ...resource.allow };
  }
  const allow = identity.allow ?? resource?.allow;
  if (!allow) return { verdict: 'implicit deny', lacking: 'identity' };
  if (boundary && !boundary.allow) return { verdict: 'implicit deny', lacking: 'boundary' };
  return { verdict: 'allow', ...allow };
}

/** The first allowing statement for which only its conditions do not hold: what a denial should mention. */
export function nearMiss(policies: readonly Policy[], request: AccessRequest): Match | undefined {
  for (const policy of policies) {
    for (const statement of statements(policy.document)) {
      if (statement.Effect === 'Allow' && statement.Condition && covers(statement, request))
        return { policy, statement };
    }
  }
  return undefined;
}

function scan(policies: readonly Policy[], request: AccessRequest): Scan {
  let allow: Match | undefined;
  for (const policy of policies) {
    for (const statement of statements(policy.document)) {
      if (statement.Effect === 'Allow' && allow) continue;
      if (!applies(statement, request)) continue;
      if (statement.Effect === 'Deny') return { allow, deny: { policy, statement } };
      allow = { policy, statement };
    }
  }
  return { allow, deny: undefined };
}

function applies(statement: Statement, request: AccessRequest): boolean {
  if (!covers(statement, request) || !conditionHolds(statement.Condition, request.context)) return false;
  const named = naming(statement, request.principal);
  // A resource policy that names the account only lets the account's own policies decide; a deny hits everyone in it.
  return named === 'directly' || (named === 'by account' && statement.Effect === 'Deny');
}

function covers(statement: Statement, { action, resource, context }: AccessRequest): boolean {
  const isAction = (wanted: string): boolean => pattern(wanted, context, { ignoreCase: true }).test(action);
  const isResource = (wanted: string): boolean => matchesArn(wanted, resource, context);
  const isAsked =
    statement.Action !== undefined
      ? list(statement.Action).some(isAction)
      : statement.NotAction !== undefined && !list(statement.NotAction).some(isAction);
  if (!isAsked) return false;
  if (statement.Resource !== undefined) return list(statement.Resource).some(isResource);
  return !list(statement.NotResource).some(isResource);
}

/** A resource policy that names the very session, or everyone, grants past the boundary; one that names the role does not. */
function namesSession(statement: Statement, principal: Principal | undefined): boolean {
  if (statement.Principal === '*') return true;
  const named = list((statement.Principal as Readonly<Record<string, string | readonly string[]>> | undefined)?.AWS);
  return named.some((value) => value === '*' || value === principal?.arn);
}
