/**
 * The words of a fix travel with the construct: what can be bound leaves them as metadata in the assembly,
 * and what denies an access (the twin) or reports one (the review) prints them.
 */
export const FIX_WORDS = 'mosaic:fix-words';

/** Metadata under {@link FIX_WORDS}; it speaks for the construct it is on and everything below. */
export interface FixWords {
  /** How code names the construct: `products`, `catalog`. */
  readonly subject: string;
  /** What to write on the caller for each kind of access, narrowest first. */
  readonly ways: readonly FixWay[];
}

export interface FixWay {
  /** IAM actions this way grants; empty for a way that only opens the network. */
  readonly actions: readonly string[];
  /** Whether this way opens the network path. */
  readonly network: boolean;
  /** The line to write, for example `bind(Binding.read(products))`. */
  readonly words: string;
}
