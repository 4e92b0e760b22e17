import type { Allowed, Denied } from '../decision.ts';
import type { System } from '../system.ts';
import { type AccessRequest, evaluate, nearMiss } from './evaluate.ts';
import { fixFor, type Missing, narrow, widen } from './fix.ts';
import { list, type Policy, type Statement } from './policy.ts';
import type { Principal } from './principal.ts';
import type { RequestContext } from './request-context.ts';
import { type RolePolicies, rolePolicies } from './role-policies.ts';

/** What a role asks for. */
export interface Access extends Missing {
  readonly context?: RequestContext | undefined;
  readonly principal?: Principal | undefined;
  /** The policy on the resource itself, where it has one. */
  readonly resourcePolicy?: Policy | undefined;
}

const empty: RequestContext = { get: () => undefined };

/** A decision of IAM; a denial has the words AWS itself says it with. */
export type Authorization = Allowed | (Denied & { readonly because: string });

/** Decides whether a role may do something, by the policies the templates give it. */
export function authorize(system: System, access: Access): Authorization {
  const role = rolePolicies(system, access.roleArn);
  const request: AccessRequest = {
    action: access.action,
    resource: access.resource,
    context: access.context ?? empty,
    ...(access.principal && { principal: access.principal }),
  };
  const policies = { identity: role.identity, boundary: role.boundary, resource: access.resourcePolicy };
  const evaluation = evaluate(policies, request);
  const missing = `${access.action} on ${access.resource}`;

  switch (evaluation.verdict) {
    case 'allow':
      return {
        verdict: 'allow',
        by: `${statementName(evaluation.policy, evaluation.statement)} of ${evaluation.policy.name}`,
      };
    case 'explicit deny': {
      const statement = statementName(evaluation.policy, evaluation.statement);
      const why = `${statement} of ${evaluation.policy.name} denies it`;
      const because = `with an explicit deny in ${kindOf(evaluation.policy, role, access)}`;
      return { verdict: 'deny', why, missing, fix: narrow(evaluation.policy, statement), because };
    }
    case 'implicit deny': {
      if (evaluation.lacking === 'boundary') {
        const why = `the permissions boundary ${role.boundary!.name} does not allow it`;
        const because = `because no permissions boundary allows the ${access.action} action`;
        return { verdict: 'deny', why, missing, fix: widen(role.boundary!, access), because };
      }
      const because = `because no identity-based policy allows the ${access.action} action`;
      return {
        verdict: 'deny',
        why: nothingAllows(role, request),
        missing,
        fix: fixFor(system, role, access),
        because,
      };
    }
  }
}

function nothingAllows(role: RolePolicies, request: AccessRequest): string {
  const near = nearMiss(role.identity, request);
  if (near) {
    const name = statementName(near.policy, near.statement);
    return `${name} of ${near.policy.name} allows it only if ${JSON.stringify(near.statement.Condition)}`;
  }
  const why = `no statement of ${role.role} allows it`;
  if (role.unknown.length > 0)
    return `${why} (what is in ${role.unknown.join(', ')} is not known here and grants nothing)`;
  if (!role.resource && role.identity.length === 0) return `${why}: no template has this role or a policy for it`;
  return why;
}

const kindOf = (policy: Policy, role: RolePolicies, access: Access): string =>
  policy === access.resourcePolicy
    ? 'a resource-based policy'
    : policy === role.boundary
      ? 'a permissions boundary'
      : 'an identity-based policy';

/** `statement Read`, or `statement 2` for one without a Sid. */
const statementName = (policy: Policy, statement: Statement): string =>
  `statement ${statement.Sid || list(policy.document.Statement).indexOf(statement) + 1}`;
