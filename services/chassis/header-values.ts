/** What an `Idempotency-Key` may be. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** What a version of an answer may be: what stands between the quotes of an entity tag. */
export const VERSION = /^[\x21\x23-\x7e]{1,256}$/;
