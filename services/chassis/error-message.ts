/** The message of a thrown value. Anything can be thrown, even values that cannot be written as text. */
export function errorMessage(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return 'a value that cannot be written as text was thrown';
  }
}
