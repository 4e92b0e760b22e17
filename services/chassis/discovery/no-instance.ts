/** There is no instance to send an attempt to: the registry names none, or has never answered. */
export class NoInstance extends Error {
  override readonly name = 'NoInstance';
}
