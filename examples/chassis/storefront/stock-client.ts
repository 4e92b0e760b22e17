import { Type } from 'typebox';
import {
  type Balancer,
  CallError,
  type CallPolicies,
  type Client,
  client,
  defineRoutes,
  fixedInstances,
  type Runtime,
} from '../../../services/chassis/index.ts';

/** The part of the stock's routes that the storefront relies on; the rest may change freely. */
const routes = defineRoutes({
  getLevel: { method: 'GET', path: '/stock/{sku}', answer: Type.Object({ left: Type.Integer() }) },
  reserve: {
    method: 'POST',
    path: '/stock/{sku}/reservations',
    body: Type.Object({ count: Type.Integer() }),
    idempotencyKey: 'required',
    answer: Type.Object({ left: Type.Integer() }),
  },
});

const fallbacks = { getLevel: { part: 'stock', value: unlessUnknown } } as const;

/** Calls to the stock. */
export type StockClient = Client<typeof routes, typeof fallbacks>;

export interface StockClientProps {
  readonly instances: readonly string[];
  readonly timeoutMs: number;
  readonly balancer: Balancer;
  /** @default - all of them */
  readonly policies?: Partial<CallPolicies>;
}

/** Makes the calls to the stock, balanced over its instances. */
export function stockClient(
  { instances, timeoutMs, balancer, policies = {} }: StockClientProps,
  runtime: Runtime,
): StockClient {
  const discovery = fixedInstances(instances);
  return client({ service: 'stock', timeoutMs, routes, fallbacks, discovery, balancer, policies }, runtime);
}

/** A stock that has no such article has answered; if the stock cannot be asked, nothing is known. */
function unlessUnknown(error: unknown): { left: number } {
  if (error instanceof CallError && error.answered('not-found')) throw error;
  return { left: 0 };
}
