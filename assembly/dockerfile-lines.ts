/** One instruction of a Dockerfile before its words are understood. */
export interface DockerfileLine {
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** In capitals: `RUN`. */
  readonly keyword: string;
  /** All that follows, continuations joined. */
  readonly rest: string;
  /** Bodies of the heredocs it opens, in order. */
  readonly heredocs: readonly Heredoc[];
}

/** The body of `<<NAME … NAME`. */
export interface Heredoc {
  readonly name: string;
  readonly content: string;
  /** Whether variables in it are replaced: not where the name was quoted. */
  readonly expand: boolean;
}

const HEREDOC = /<<(-?)(["']?)([A-Za-z_]\w*)\2/g;
const TAKES_HEREDOCS = new Set(['RUN', 'COPY', 'ADD']);

/** Joins continued lines, drops comments, and gathers heredocs. */
export function dockerfileLines(text: string): readonly DockerfileLine[] {
  const raw = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const continued = escapeCharacter(raw) === '`' ? /`[ \t]*$/ : /\\[ \t]*$/;
  const lines: DockerfileLine[] = [];
  for (let at = 0; at < raw.length; at++) {
    if (/^\s*(#|$)/.test(raw[at]!)) continue;
    const line = at + 1;
    let joined = raw[at]!;
    while (continued.test(joined) && at + 1 < raw.length) {
      joined = joined.replace(continued, '');
      at++;
      while (at < raw.length - 1 && /^\s*(#|$)/.test(raw[at]!)) at++;
      joined += /^\s*#/.test(raw[at]!) ? '' : raw[at]!;
    }
    const [, keyword = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(joined.replace(continued, '')) ?? [];
    const heredocs: Heredoc[] = [];
    if (TAKES_HEREDOCS.has(keyword.toUpperCase())) {
      for (const [, dash, quote, name] of rest.matchAll(HEREDOC)) {
        const body: string[] = [];
        const end = (candidate: string): boolean => (dash ? candidate.replace(/^\t+/, '') : candidate) === name;
        while (++at < raw.length && !end(raw[at]!)) body.push(dash ? raw[at]!.replace(/^\t+/, '') : raw[at]!);
        heredocs.push({ name: name!, content: body.map((each) => `${each}\n`).join(''), expand: !quote });
      }
    }
    lines.push({ line, keyword: keyword.toUpperCase(), rest: rest.trim(), heredocs });
  }
  return lines;
}

function escapeCharacter(raw: readonly string[]): string {
  for (const line of raw) {
    const directive = /^#\s*(\w+)\s*=\s*(\S+)\s*$/.exec(line);
    if (!directive) return '\\';
    if (directive[1]!.toLowerCase() === 'escape') return directive[2]!;
  }
  return '\\';
}
