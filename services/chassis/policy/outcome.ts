/**
 * What the end of an attempt says about the dependency. It is a `success` if it answered, even that the request was
 * wrong. `neutral` says nothing: it asked to be spared, the caller left, or the attempt had too little time.
 */
export type Outcome = 'success' | 'failure' | 'neutral';
