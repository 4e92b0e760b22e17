/** An assembly whose stacks do not fit together; one line: where, what was found, what to do. */
export class SystemError extends Error {
  override name = 'SystemError';
}
