/** Values of variables, by name. */
export type Variables = Readonly<Record<string, string>>;

/** Splits at white space that stands outside quotes; the quotes stay. */
export function splitWords(text: string): readonly string[] {
  return text.match(/(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|\$\{[^}]*\}|[^\s"'\\]|["'\\])+/gs) ?? [];
}

/** Replaces variables and removes quotes, as Docker does: `$a`, `${a}`, `${a:-b}`, `${a:+b}`, `\$`, `'$a'`. */
export function expandWord(word: string, variables: Variables): string {
  let out = '';
  let quoted = false;
  for (let at = 0; at < word.length; at++) {
    const character = word[at]!;
    if (character === "'" && !quoted) {
      const end = word.indexOf("'", at + 1);
      if (end < 0) return out + word.slice(at);
      out += word.slice(at + 1, end);
      at = end;
    } else if (character === '"') {
      quoted = !quoted;
    } else if (character === '\\' && at + 1 < word.length) {
      const next = word[++at]!;
      out += quoted && !'"$\\'.includes(next) ? `\\${next}` : next;
    } else if (character === '$') {
      const [length, value] = variable(word.slice(at), variables);
      out += value;
      at += length - 1;
    } else {
      out += character;
    }
  }
  return out;
}

/** The variable `text` begins with: how long its name is there, and its value. */
function variable(text: string, variables: Variables): readonly [length: number, value: string] {
  const plain = /^\$(\w+)/.exec(text);
  if (plain) return [plain[0].length, variables[plain[1]!] ?? ''];
  if (text[1] !== '{') return [1, '$'];
  const end = closingBrace(text);
  const [, name, operator, word = ''] = /^(\w+)(?:(:?[-+?])([\s\S]*))?$/.exec(text.slice(2, end)) ?? [];
  if (end < 0 || name === undefined) throw new Error(`cannot expand ${end < 0 ? text : text.slice(0, end + 1)}`);
  const value = variables[name];
  const given = operator?.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  const otherwise = (): string => expandWord(word, variables);
  if (operator?.endsWith('-')) return [end + 1, given ? value! : otherwise()];
  if (operator?.endsWith('+')) return [end + 1, given ? otherwise() : ''];
  if (operator?.endsWith('?') && !given) throw new Error(`variable ${name} is not set: ${otherwise()}`);
  return [end + 1, value ?? ''];
}

function closingBrace(text: string): number {
  let depth = 0;
  for (let at = 1; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

/** Takes the `--flag=value` words off the front. */
export function takeFlags(rest: string): {
  readonly flags: readonly (readonly [string, string])[];
  readonly rest: string;
} {
  const flags: (readonly [string, string])[] = [];
  let left = rest;
  for (;;) {
    const flag = /^--([a-z][a-z-]*)(?:=("[^"]*"|\S*))?\s*/.exec(left);
    if (!flag) return { flags, rest: left };
    flags.push([flag[1]!, (flag[2] ?? 'true').replace(/^"(.*)"$/, '$1')]);
    left = left.slice(flag[0].length);
  }
}

/** The strings of a JSON array, or undefined: Docker then reads the text as plain words. */
export function jsonWords(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((word) => typeof word === 'string') ? parsed : undefined;
  } catch {
    return undefined;
  }
}
