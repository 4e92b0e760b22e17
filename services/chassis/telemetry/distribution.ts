const PER_OCTAVE = 4;
const LOWEST_EXPONENT = -7;
const HIGHEST_EXPONENT = 17;
const BUCKETS = (HIGHEST_EXPONENT - LOWEST_EXPONENT) * PER_OCTAVE;
const OFFSET = -LOWEST_EXPONENT * PER_OCTAVE;
const HIGHEST = 2 ** HIGHEST_EXPONENT;

/**
 * A histogram of 96 buckets, whose bounds grow by a fifth, from 0.008 to 131072: in milliseconds, 8 µs to two minutes.
 * A value read from it is off by at most a tenth. Not more than 100 buckets, because CloudWatch takes no more values at
 * once.
 */
export class Distribution {
  readonly counts: Float64Array = new Float64Array(BUCKETS);
  /** The sum of all values, in an array so that adding to it allocates nothing. */
  readonly #sum = new Float64Array(1);

  record(value: number): void {
    if (!(value >= 0)) return;
    const index = value < HIGHEST ? Math.ceil(Math.log2(value) * PER_OCTAVE) + OFFSET - 1 : BUCKETS - 1;
    this.counts[index > 0 ? index : 0]!++;
    this.#sum[0]! += value;
  }

  get sum(): number {
    return this.#sum[0]!;
  }

  get count(): number {
    let count = 0;
    for (const one of this.counts) count += one;
    return count;
  }

  /** Adds the values of another one. */
  add(other: Distribution): this {
    for (const [index, count] of other.counts.entries()) this.counts[index]! += count;
    this.#sum[0]! += other.sum;
    return this;
  }

  /** The values recorded since an earlier state. */
  since(earlier: Distribution | undefined): Distribution {
    const later = new Distribution().add(this);
    if (earlier === undefined) return later;
    for (const [index, count] of earlier.counts.entries()) later.counts[index]! -= count;
    later.#sum[0]! -= earlier.sum;
    return later;
  }

  /** The value that this share of all values does not exceed; undefined if there are none. */
  quantile(share: number): number | undefined {
    let left = this.count * share;
    if (left === 0) return undefined;
    for (const [index, count] of this.counts.entries()) {
      left -= count;
      if (left <= 0) return middleOf(index);
    }
    return middleOf(BUCKETS - 1);
  }

  /** The buckets that are not empty: the value each stands for, and its count. */
  *buckets(): IterableIterator<readonly [value: number, count: number]> {
    for (const [index, count] of this.counts.entries()) if (count > 0) yield [middleOf(index), count];
  }

  /** How many values do not exceed each power of two, except the last, whose bucket has no upper bound. */
  *octaves(): IterableIterator<readonly [limit: number, count: number]> {
    let count = 0;
    for (let exponent = LOWEST_EXPONENT + 1; exponent < HIGHEST_EXPONENT; exponent += 1) {
      const end = (exponent - LOWEST_EXPONENT) * PER_OCTAVE;
      for (let index = end - PER_OCTAVE; index < end; index += 1) count += this.counts[index]!;
      yield [2 ** exponent, count];
    }
  }
}

const middleOf = (index: number): number => {
  const middle = 2 ** ((index - OFFSET + 0.5) / PER_OCTAVE);
  return Number(middle.toPrecision(3));
};
