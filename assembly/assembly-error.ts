/** A cloud assembly that cannot be read or made: where, what was found, what to do. */
export class AssemblyError extends Error {
  override name = 'AssemblyError';
}
