import { createHash } from 'node:crypto';

/**
 * The balancer takes the first rule that matches, so what is more specific needs the lower number. Stacks that deploy
 * alone cannot see each other's numbers, so each follows from the rule itself: a band from the shape of the path,
 * a place within the band from a hash. Nothing another service does can move it.
 */
export interface EdgeBand {
  /** Short name, part of a rule's construct id: `Exact`, `Literal2Wildcard1`. */
  readonly name: string;
  /** Lowest priority of the band. */
  readonly first: number;
  /** How many priorities it holds. */
  readonly size: number;
}

/** Highest priority a listener rule may have. */
export const LAST_PRIORITY = 50_000;

// Sizes follow how common a shape is: a collision needs two services in one band at one place of its many.
const EXACT = 12_000;
const WILDCARD: readonly (readonly [literals: number, sizes: readonly [three: number, two: number, one: number]])[] = [
  [5, [500, 500, 1_000]],
  [4, [500, 1_000, 2_500]],
  [3, [1_000, 2_000, 5_000]],
  [2, [1_000, 3_000, 8_000]],
  [1, [1_000, 2_000, 8_000]],
  [0, [250, 250, 500]],
];

/**
 * Bands, most specific first. A path without wildcards wins over all others; then more literal segments win, and among
 * those with as many, more wildcards, as one wildcard matches several segments too.
 */
export const EDGE_BANDS: readonly EdgeBand[] = makeBands();

function makeBands(): EdgeBand[] {
  const sizes: [string, number][] = [['Exact', EXACT]];
  for (const [literals, bySize] of WILDCARD) {
    bySize.forEach((size, index) => {
      sizes.push([bandName(literals, bySize.length - index), size]);
    });
  }
  let next = 1;
  return sizes.map(([name, size]) => {
    const first = next;
    next += size;
    return { name, first, size };
  });
}

function bandName(literals: number, wildcards: number): string {
  return wildcards === 0 ? 'Exact' : `Literal${literals}Wildcard${wildcards}`;
}

/** The band of a balancer's path pattern. */
export function edgeBand(pattern: string): EdgeBand {
  const segments = pattern.split('/').slice(1);
  const wildcards = segments.filter((segment) => segment === '*').length;
  const name = bandName(segments.length - wildcards, wildcards);
  const band = EDGE_BANDS.find((candidate) => candidate.name === name);
  if (band) return band;
  throw new Error(
    `a path with a wildcard may have at most 5 literal and 3 wildcard segments to be ranked, got '${pattern}'; ` +
      'set the priority of its route yourself',
  );
}

/** A priority within the band; the same for the same owner, whoever else uses the edge. */
export function edgePriority(band: EdgeBand, owner: string): number {
  const hash = createHash('sha256').update(owner).digest().readUInt32BE(0);
  return band.first + (hash % band.size);
}
