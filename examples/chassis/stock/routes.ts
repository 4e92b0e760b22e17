import { Type } from 'typebox';
import {
  defineProblem,
  defineRoutes,
  type Metrics,
  type Operations,
  Problem,
} from '../../../services/chassis/index.ts';
import { Level } from './level.ts';
import { changed, mayChange, taken } from './rules.ts';
import type { Shelf } from './shelf.ts';

const params = Type.Object({ sku: Level.properties.sku });

/** A problem of the stock's own, which the chassis does not have. */
export const soldOut = defineProblem('sold-out', 409, 'There are not as many left');

/** What the stock answers. */
export const stockRoutes = defineRoutes({
  getLevel: {
    method: 'GET',
    path: '/stock/{sku}',
    summary: 'How many are left',
    params,
    answer: Level,
    etag: ({ version }: Level) => version,
    problems: ['not-found'],
  },
  setLevel: {
    method: 'PUT',
    path: '/stock/{sku}',
    summary: 'Sets how many are left, after a count',
    params,
    body: Type.Object({ left: Level.properties.left }),
    ifMatch: 'required',
    answer: Level,
    etag: ({ version }: Level) => version,
    problems: ['not-found'],
  },
  reserve: {
    method: 'POST',
    path: '/stock/{sku}/reservations',
    summary: 'Sets some aside, once for each key',
    params,
    body: Type.Object({ count: Type.Integer({ minimum: 1, maximum: 100 }) }),
    idempotencyKey: 'required',
    answer: Type.Object({ sku: Type.String(), count: Type.Integer(), left: Type.Integer() }, { title: 'Reservation' }),
    status: 201,
    // A caller that reads a level can read it again; an order that is turned away is lost.
    critical: true,
    problems: ['not-found', 'conflict', soldOut],
  },
});

/** How it answers. */
export function stockHandlers(shelf: Shelf, metrics: Metrics): Operations<typeof stockRoutes> {
  const counted = (outcome: string) => metrics.counter('stock.reservations', { outcome });
  const [made, repeated, refused] = [counted('made'), counted('repeated'), counted('refused')];

  const known = (sku: string): Level => {
    const level = shelf.level(sku);
    if (level === undefined) throw new Problem('not-found', `there is no '${sku}' in stock`);
    return level;
  };

  return {
    getLevel: async ({ params: { sku } }) => known(sku),

    async setLevel({ params: { sku }, body: { left }, ifMatch }, context) {
      const level = known(sku);
      if (!mayChange(level, ifMatch)) {
        throw new Problem(
          'precondition-failed',
          `'${sku}' is in version ${level.version}, got ${ifMatch}; read it again`,
        );
      }
      const now = changed(level, left);
      shelf.put(now);
      context.log.info('counted', { sku, before: level.left, now: left });
      return now;
    },

    async reserve({ params: { sku }, body: { count }, idempotencyKey }) {
      const before = shelf.reservation(idempotencyKey);
      if (before?.sku === sku && before.count === count) {
        repeated.add();
        return before;
      }
      if (before !== undefined) {
        throw new Problem(
          'conflict',
          `Idempotency-Key ${idempotencyKey} is that of another reservation; send a new one`,
        );
      }
      const now = taken(known(sku), count);
      if (now === undefined) {
        refused.add();
        throw new Problem(soldOut, `got ${count} of '${sku}', ${known(sku).left} are left; take fewer`);
      }
      const reservation = { sku, count, left: now.left };
      shelf.put(now);
      shelf.reserve(idempotencyKey, reservation);
      made.add();
      return reservation;
    },
  };
}
