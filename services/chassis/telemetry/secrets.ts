/** What replaces a secret. */
export const REDACTED = '[redacted]';

/** The room a line has for one text; it also limits the search for secrets. */
const MOST_CHARACTERS = 2_048;

const NAME = 'authorization|cookie|passw(?:or)?d|secret|token|api[-_]?key|credential|private[-_]?key';
const SECRET_NAME = new RegExp(`${NAME}|^pwd$`, 'i');
/** Of a number, `token` is a secret and `tokensLeft` is not. */
const NAME_OF_A_NUMBER = /(?:passw(?:or)?d|secret|token|key|credential|^pwd)$/i;

/** Whether a value of this name is a secret, whatever it looks like; numbers are more often counts than secrets. */
export function isSecret(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return false;
  return SECRET_NAME.test(name) && (typeof value !== 'number' || NAME_OF_A_NUMBER.test(name));
}

/** Values that are secrets wherever they stand. No pattern takes long where it finds nothing. */
const SECRET_VALUES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  // At most one match attempt per word, so a long word costs linear time. After its first dot a JWT may be cut off.
  [/(?<![\w-])((?:[\w-]{0,64}[-_])?)eyJ[\w-]{5,}\.[\w.-]*/g, `$1${REDACTED}`],
  [/\b((?:\w{1,64}[-_])?(?:password|passwd|secret|token|api[-_]?key|signature))=[^\s&"\\]+/gi, `$1=${REDACTED}`],
  // A member of JSON, also of JSON in a string of JSON.
  [
    new RegExp(
      String.raw`(["'][\w-]{0,64}(?:${NAME})\\{0,8}["']\s{0,8}:\s{0,8})(?:"(?:[^"\\]|\\.)*"?|\\+"[^"]*"?|'[^']*'?|[^\s,}\]]+)`,
      'gi',
    ),
    `$1"${REDACTED}"`,
  ],
  // A URL with a password in it.
  [/(:\/\/[^\s/:@"]{0,256}:)[^\s/@"]{1,256}@/g, `$1${REDACTED}@`],
  // Access key ids of AWS, and what looks like a secret access key: 40 characters of mixed kinds.
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, REDACTED],
  [
    /(?<![\w/+=.-])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}[a-z])(?=[A-Za-z0-9/+]{0,39}\d)[A-Za-z0-9/+]{40}(?![\w/+=.-])/g,
    REDACTED,
  ],
];

/** Found in every text that any of them matches: one test lets nearly every text through. */
const SUSPICIOUS = /bearer|basic|eyJ|=|["']\s{0,8}:|:\/\/|AKIA|ASIA|[A-Za-z0-9/+]{40}/i;

/** A text without its secrets, cut to the room a line has for it. */
export function withoutSecrets(text: string): string {
  let safe = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  if (!SUSPICIOUS.test(safe)) return safe;
  for (const [pattern, replacement] of SECRET_VALUES) safe = safe.replace(pattern, replacement);
  return safe;
}

/** A list without the values that follow the name of a secret, as in pairs and raw headers. */
export const withoutNamedSecrets = (list: readonly unknown[]): unknown[] =>
  list.map((item, index) => {
    const name = list[index - 1];
    return typeof name === 'string' && ONE_NAME.test(name) && isSecret(name, item) ? REDACTED : item;
  });

const ONE_NAME = /^[\w-]{1,64}$/;
