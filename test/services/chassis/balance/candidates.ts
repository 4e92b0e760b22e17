import type { Balancer, Chance } from '../../../../services/chassis/balance/balancer.ts';
import type { Candidate } from '../../../../services/chassis/balance/candidate.ts';
import { ObservedCandidate } from '../../../../services/chassis/balance/observed-candidate.ts';
import type { Outcome } from '../../../../services/chassis/policy/outcome.ts';
import { ManualClock } from '../manual-clock.ts';
import { seededRandom } from '../seeded-random.ts';

/** Chance that a test can foretell, and time that it moves. */
export function manualChance(seed: number): Chance & { readonly clock: ManualClock } {
  return { random: seededRandom(seed), clock: new ManualClock() };
}

/** An instance that nothing is known of yet. */
export const candidate = (id: string, zone?: string): ObservedCandidate =>
  new ObservedCandidate({ id, origin: `http://${id}`, zone }, 0);

/** So many of them. */
export const candidates = (count: number): ObservedCandidate[] =>
  Array.from({ length: count }, (_, at) => candidate(String(at)));

/** The choice of a rule, to be told of an attempt. */
export const pick = (rule: Balancer, among: readonly ObservedCandidate[], chance: Chance): ObservedCandidate =>
  rule.pick(among, chance) as ObservedCandidate;

/** One attempt from choice to end, as a destination makes it. */
export function attempt(
  rule: Balancer,
  among: readonly ObservedCandidate[],
  chance: Chance & { readonly clock: ManualClock },
  end: (chosen: ObservedCandidate) => { readonly outcome: Outcome; readonly milliseconds: number },
): ObservedCandidate {
  const chosen = pick(rule, among, chance);
  chosen.begin();
  const { outcome, milliseconds } = end(chosen);
  chance.clock.advance(milliseconds);
  chosen.end(outcome, milliseconds, chance.clock.elapsed());
  rule.ended?.(chosen, outcome, chance);
  return chosen;
}

/** How often each was chosen. */
export function counts(chosen: Iterable<Candidate>, among: readonly Candidate[]): number[] {
  const all = [...chosen];
  return among.map((one) => all.filter((other) => other === one).length);
}
