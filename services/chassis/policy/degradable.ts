import type { Deadline } from '../time/deadline.ts';

/** An answer or its stand-in, marked as such, so that missing data never looks like empty data. */
export type Degradable<T, P extends string = string> =
  | { readonly kind: 'whole'; readonly value: T }
  | { readonly kind: 'degraded'; readonly value: T; readonly part: P; readonly why: unknown };

/** What stands in for a missing answer. */
export interface Fallback<T, P extends string = string> {
  /** The part of the caller's own answer that is affected: `related`. */
  readonly part: P;
  /** Makes the stand-in; if this throws, the call fails after all. */
  value(error: unknown): T;
}

/** The answer, or its stand-in if it fails while the caller still waits. */
export async function answerOr<T, P extends string>(
  answer: Promise<T>,
  fallback: Fallback<T, P>,
  deadline: Deadline,
): Promise<Degradable<T, P>> {
  try {
    return { kind: 'whole', value: await answer };
  } catch (error) {
    if (deadline.end === 'cancelled') throw error;
    return { kind: 'degraded', value: fallback.value(error), part: fallback.part, why: error };
  }
}

/** The degraded parts, to be named in the answer: `degraded: ['related']`. */
export const degradedParts = <P extends string>(...answers: readonly Degradable<unknown, P>[]): P[] =>
  answers.flatMap((answer) => (answer.kind === 'degraded' ? [answer.part] : []));
