/** What a secret is replaced by. */
export const REDACTED = '[redacted]';

const SECRET_NAME = /authorization|cookie|passw(?:or)?d|secret|token|api[-_]?key|credential|private[-_]?key|^pwd$/i;

/** Whether a value of this name is a secret, whatever it looks like. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

/** Values that are secrets wherever they stand. */
const SECRET_VALUES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, REDACTED],
  [/\b((?:\w+[-_])?(?:password|passwd|secret|token|api[-_]?key|signature))=[^\s&"\\]+/gi, `$1=${REDACTED}`],
  // An URL with a password in it.
  [/(:\/\/[^\s/:@"]*:)[^\s/@"]+@/g, `$1${REDACTED}@`],
  // Access key ids of AWS, and what its secret access keys look like: 40 characters, all kinds of them mixed.
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, REDACTED],
  [
    /(?<![\w/+=.-])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}[a-z])(?=[A-Za-z0-9/+]{0,39}\d)[A-Za-z0-9/+]{40}(?![\w/+=.-])/g,
    REDACTED,
  ],
];

/** What all of them have in common, more or less: nearly every text is let through by one look. */
const SUSPICIOUS = /bearer|basic|eyJ|=|:\/\/|AKIA|ASIA|[A-Za-z0-9/+]{40}/i;

/** A text without the secrets in it. */
export function withoutSecrets(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  let safe = text;
  for (const [pattern, replacement] of SECRET_VALUES) safe = safe.replace(pattern, replacement);
  return safe;
}
