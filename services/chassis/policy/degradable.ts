import type { Deadline } from '../time/deadline.ts';

/** An answer that may be a stand-in, and then says so: what can't be had never looks like what is empty. */
export type Degradable<T, P extends string = string> =
  | { readonly kind: 'whole'; readonly value: T }
  | { readonly kind: 'degraded'; readonly value: T; readonly part: P; readonly why: unknown };

/** What stands in for an answer that can't be had. */
export interface Fallback<T, P extends string = string> {
  /** The part of the caller's own answer that suffers: `related`. */
  readonly part: P;
  /** The stand-in. What it throws fails the call after all. */
  value(error: unknown): T;
}

/** An answer, or the stand-in where it can't be had and somebody still waits for it. */
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

/** The parts that are not what they should be, to be said in the answer: `degraded: ['related']`. */
export const degradedParts = <P extends string>(...answers: readonly Degradable<unknown, P>[]): P[] =>
  answers.flatMap((answer) => (answer.kind === 'degraded' ? [answer.part] : []));
