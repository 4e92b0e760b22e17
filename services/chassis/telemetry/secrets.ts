/** What a secret is replaced by. */
export const REDACTED = '[redacted]';

/** What a line has room for of one text; nobody can make us look through more. */
const MOST_CHARACTERS = 2_048;

const NAME = 'authorization|cookie|passw(?:or)?d|secret|token|api[-_]?key|credential|private[-_]?key';
const SECRET_NAME = new RegExp(`${NAME}|^pwd$`, 'i');
/** `token` is a secret, `tokensLeft` is none. */
const NAME_OF_A_NUMBER = /(?:passw(?:or)?d|secret|token|key|credential|^pwd)$/i;

/** Whether a value of this name is a secret, whatever it looks like; numbers are more often counts than secrets. */
export function isSecret(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return false;
  return SECRET_NAME.test(name) && (typeof value !== 'number' || NAME_OF_A_NUMBER.test(name));
}

/** Values that are secrets wherever they stand. None of them takes long to find nothing. */
const SECRET_VALUES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  // Of a word once, wherever in its beginning: its every part could be the first of a JWT. From its first dot on a JWT
  // need not be whole: it may have been cut.
  [/(?<![\w-])((?:[\w-]{0,64}[-_])?)eyJ[\w-]{5,}\.[\w.-]*/g, `$1${REDACTED}`],
  [/\b((?:\w{1,64}[-_])?(?:password|passwd|secret|token|api[-_]?key|signature))=[^\s&"\\]+/gi, `$1=${REDACTED}`],
  // A member of JSON, be it within a text within JSON.
  [
    new RegExp(
      String.raw`(["'][\w-]{0,64}(?:${NAME})\\{0,8}["']\s{0,8}:\s{0,8})(?:"(?:[^"\\]|\\.)*"?|\\+"[^"]*"?|'[^']*'?|[^\s,}\]]+)`,
      'gi',
    ),
    `$1"${REDACTED}"`,
  ],
  // An URL with a password in it.
  [/(:\/\/[^\s/:@"]{0,256}:)[^\s/@"]{1,256}@/g, `$1${REDACTED}@`],
  // Access key ids of AWS, and what its secret access keys look like: 40 characters, all kinds of them mixed.
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, REDACTED],
  [
    /(?<![\w/+=.-])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}[a-z])(?=[A-Za-z0-9/+]{0,39}\d)[A-Za-z0-9/+]{40}(?![\w/+=.-])/g,
    REDACTED,
  ],
];

/** What all of them have in common, more or less: nearly every text is let through by one look. */
const SUSPICIOUS = /bearer|basic|eyJ|=|["']\s{0,8}:|:\/\/|AKIA|ASIA|[A-Za-z0-9/+]{40}/i;

/** A text without the secrets in it, and no longer than a line has room for. */
export function withoutSecrets(text: string): string {
  let safe = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  if (!SUSPICIOUS.test(safe)) return safe;
  for (const [pattern, replacement] of SECRET_VALUES) safe = safe.replace(pattern, replacement);
  return safe;
}

/** A list in which what stands behind the name of a secret is none any more: pairs, and headers as they arrive. */
export const withoutNamedSecrets = (list: readonly unknown[]): unknown[] =>
  list.map((item, index) => {
    const name = list[index - 1];
    return typeof name === 'string' && ONE_NAME.test(name) && isSecret(name, item) ? REDACTED : item;
  });

const ONE_NAME = /^[\w-]{1,64}$/;
