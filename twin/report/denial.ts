import type { Denied } from '../../system/decision.ts';

/** Something a task tried and may not do: an AWS call or a connection. */
export type Denial = { readonly at: string; readonly from: string } & Cause &
  ({ readonly action: string; readonly resource: string } | { readonly connection: string; readonly to: string });

type Cause = Pick<Denied, 'why' | 'missing' | 'fix'>;

/** An AWS call that policies deny. */
export const callDenial = (
  from: string,
  { action, resource }: { readonly action: string; readonly resource: string },
  { why, missing, fix }: Cause,
): Denial => ({ at: new Date().toISOString(), from, action, resource, why, missing, fix });

/** A connection that security groups deny, or that leads nowhere. */
export const connectionDenial = (from: string, to: string, { why, missing, fix }: Cause): Denial => ({
  at: new Date().toISOString(),
  from,
  connection: 'connect',
  to,
  why,
  missing,
  fix,
});
