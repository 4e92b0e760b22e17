/** Who owns a path of an image, which decides whether a volume mounted there is writable. */
export interface PathOwner {
  readonly path: string;
  /** `*` where everyone may write. */
  readonly user: string;
  /** Whether everything below it belongs to the user as well. */
  readonly recursive: boolean;
}

/** The one name of a user: `node:node`, `1000` and `node` are the same user, as are `0`, `root` and none. */
export function userName(user: string | undefined): string {
  const name = (user ?? '').split(':')[0]!;
  return name === '' || name === '0' ? 'root' : name === '1000' ? 'node' : name;
}

/** The owner of a path after all changes. */
export function ownerOf(path: string, owners: readonly PathOwner[]): string {
  const last = owners.findLast(
    (owner) => owner.path === path || (owner.recursive && path.startsWith(`${owner.path.replace(/\/$/, '')}/`)),
  );
  return last?.user ?? 'root';
}

/** Whether a mode such as `777`, `1777`, `a+rwx` or `o+w` lets everyone write. */
export function opensToAll(mode: string): boolean {
  return /^[0-7]+$/.test(mode)
    ? (Number.parseInt(mode, 8) & 0o002) !== 0
    : /(^|,)[ug]*[oa]?[ugoa]*[+=][rx]*w/.test(mode) && /o|a|^[+=]/.test(mode);
}
