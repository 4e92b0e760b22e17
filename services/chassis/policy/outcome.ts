/**
 * What the end of an attempt says about the dependency. `neutral` says nothing: it answered that the request was wrong,
 * the caller left, or nobody gave it the time.
 */
export type Outcome = 'success' | 'failure' | 'neutral';
