/** Decides whether a path of a build context, relative and with `/`, is left out. */
export interface DockerIgnore {
  ignores(path: string): boolean;
  /** Whether everything below an ignored folder is ignored too, so that it need not be read. */
  readonly final: boolean;
}

/** Reads a `.dockerignore`. */
export function readDockerIgnore(text: string): DockerIgnore {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), pattern: globPattern(line.replace(/^!\s*/, '')) }));
  return {
    final: !rules.some(({ keeps }) => keeps),
    ignores(path) {
      const parents = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
      return rules.reduce(
        (ignored, { keeps, pattern }) => (parents.some((parent) => pattern.test(parent)) ? !keeps : ignored),
        false,
      );
    },
  };
}

/** The pattern of a path with `*`, `?`, `[a-z]` and `**`, as Docker reads it. */
export function globPattern(glob: string): RegExp {
  const clean = glob.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
  const source = clean.replace(/\*\*\/?|\*|\?|\[\^?[^\]]*\]|\\.|[.+^${}()|]/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    return token.startsWith('[') || token.startsWith('\\') ? token : `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}
