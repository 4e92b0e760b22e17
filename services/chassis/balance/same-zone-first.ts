import type { Balancer } from './balancer.ts';
import type { Candidate } from './candidate.ts';

/** When requests stay in the zone. */
export interface SameZoneProps {
  /** The zone of this task, as soon as it is known. */
  readonly zone: () => string | undefined;
  /** With fewer instances in the zone than this, zones are ignored: one alone leaves no choice. @default 2 */
  readonly least?: number;
}

/**
 * Lets `rule` choose among the instances in this task's zone: nearer, and without charges for traffic between zones.
 * Callers are assumed to be spread evenly over the zones; if a zone has less than its share of the instances, the
 * excess goes to the others.
 */
export function sameZoneFirst(rule: Balancer, { zone, least = 2 }: SameZoneProps): Balancer {
  let split = splitByZone([], undefined);

  return {
    pick(candidates, chance) {
      const home = zone();
      if (split.candidates !== candidates || split.home !== home) split = splitByZone(candidates, home);
      const { near, far, shareOfNear } = split;
      if (near.length < least || far.length === 0) return rule.pick(candidates, chance);
      const stays = shareOfNear >= 1 || chance.random() < shareOfNear;
      return rule.pick(stays ? near : far, chance);
    },
    ended: (candidate, outcome, chance) => rule.ended?.(candidate, outcome, chance),
  };
}

/** Candidates as seen from a zone, and the share of its requests that the near ones can bear. */
function splitByZone(candidates: readonly Candidate[], home: string | undefined) {
  const isNear = ({ instance }: Candidate): boolean => home !== undefined && instance.zone === home;
  const near = candidates.filter(isNear);
  const far = candidates.filter((candidate) => !isNear(candidate));
  const zones = new Set(candidates.map(({ instance }) => instance.zone)).size;
  return { candidates, home, near, far, shareOfNear: (near.length * zones) / candidates.length };
}
