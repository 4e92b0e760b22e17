import type { Denied } from '../../system/decision.ts';

/** Something a task tried and may not do: an AWS call or a connection. */
export type Denial = { readonly at: string; readonly from: string } & Pick<Denied, 'why' | 'missing' | 'fix'> &
  ({ readonly action: string; readonly resource: string } | { readonly connection: string; readonly to: string });
