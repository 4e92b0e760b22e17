import { Type } from 'typebox';
import {
  CallError,
  defineRoutes,
  degradedParts,
  type Live,
  type Operations,
  Problem,
} from '../../../services/chassis/index.ts';
import { soldOut } from '../stock/routes.ts';
import type { DollarRate } from './dollar-rate.ts';
import { type Article, availability, inDollars } from './rules.ts';
import type { StockClient } from './stock-client.ts';

const Sku = Type.String({ pattern: '^[a-z-]{1,40}$' });

/** Problems of a reservation that the customer should see. */
const passedOn = [soldOut, 'conflict'] as const;

/** What the browser asks for. */
export const storefrontRoutes = defineRoutes({
  viewOffer: {
    method: 'GET',
    path: '/offers/{sku}',
    summary: 'What an article costs, and whether it is available',
    params: Type.Object({ sku: Sku }),
    answer: Type.Object(
      {
        name: Type.String(),
        euros: Type.Number(),
        dollars: Type.Optional(Type.Number()),
        availability: Type.Enum(['plenty', 'few', 'none', 'unknown']),
        degraded: Type.Array(Type.Enum(['stock', 'dollars']), { description: 'Parts that may be wrong, for now' }),
      },
      { title: 'Offer' },
    ),
    problems: ['not-found'],
  },
  placeOrder: {
    method: 'POST',
    path: '/orders',
    summary: 'Orders an article, once for each key',
    body: Type.Object({ sku: Sku, count: Type.Integer({ minimum: 1, maximum: 100 }) }),
    idempotencyKey: 'required',
    answer: Type.Object({ sku: Type.String(), count: Type.Integer(), euros: Type.Number() }, { title: 'Order' }),
    status: 201,
    critical: true,
    problems: [
      'not-found',
      ...passedOn,
      'dependency-failed',
      'dependency-unavailable',
      'dependency-crowded',
      'dependency-cut-off',
      'dependency-timeout',
    ],
  },
});

export interface StorefrontParts {
  readonly articles: ReadonlyMap<string, Article>;
  readonly stock: Pick<StockClient, 'getLevel' | 'reserve'>;
  readonly dollarRate: DollarRate;
  /** Up to this many count as few. */
  readonly few: Live<number>;
}

/** Composes the answers. */
export function storefrontHandlers(parts: StorefrontParts): Operations<typeof storefrontRoutes> {
  const { articles, stock, dollarRate, few } = parts;
  const known = (sku: string): Article => {
    const article = articles.get(sku);
    if (article === undefined) throw new Problem('not-found', `there is no '${sku}' for sale`);
    return article;
  };

  return {
    async viewOffer({ params }, context) {
      const { name, priceCents } = known(params.sku);
      const [level, rate] = await Promise.all([stock.getLevel({ params }, context), dollarRate(context)]);
      return {
        name,
        euros: priceCents / 100,
        ...(rate.value !== undefined && { dollars: inDollars(priceCents, rate.value) }),
        availability: availability(level.kind === 'whole' ? level.value.left : undefined, few.value),
        degraded: degradedParts<'stock' | 'dollars'>(level, rate),
      };
    },

    async placeOrder({ body: { sku, count }, idempotencyKey }, context) {
      const { priceCents } = known(sku);
      try {
        await stock.reserve({ params: { sku }, body: { count }, idempotencyKey }, context);
      } catch (error) {
        const told = error instanceof CallError && passedOn.find((problem) => error.answered(problem));
        throw told ? new Problem(told, error.message) : error;
      }
      return { sku, count, euros: (priceCents * count) / 100 };
    },
  };
}
