/**
 * What the end of an attempt says about the dependency. It is well if it answered, be it that the request was wrong.
 * `neutral` says nothing: it asked to be spared, the caller left, or nobody gave it the time.
 */
export type Outcome = 'success' | 'failure' | 'neutral';
