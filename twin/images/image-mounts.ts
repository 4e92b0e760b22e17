/** A file or folder of the build context that is present during a `RUN`. */
export interface BindMount {
  readonly source: string;
  readonly target: string;
}

/** Reads the bind mounts of a `RUN`. Caches are the machine's own; what cannot be had is an error that names it. */
export function readMounts(flags: readonly string[]): readonly BindMount[] {
  return flags.flatMap((flag) => {
    const [, name = '', value = ''] = /^(--\w+)=(.*)$/.exec(flag) ?? [];
    if (name === '--network' || name === '--security') return [];
    const options = new Map(value.split(',').map((option) => option.split('=') as [string, string]));
    const type = options.get('type') ?? 'bind';
    if (name === '--mount' && (type === 'cache' || type === 'tmpfs')) return [];
    const target = options.get('target') ?? options.get('dst') ?? options.get('destination');
    if (name !== '--mount' || type !== 'bind' || options.has('from') || target === undefined) {
      throw new Error(`the twin's builds do not support ${flag}`);
    }
    return [{ source: options.get('source') ?? options.get('src') ?? '.', target }];
  });
}
