/** A valid `Idempotency-Key`. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** A valid version of an answer: what is between the quotes of an entity tag. */
export const VERSION = /^[\x21\x23-\x7e]{1,256}$/;
