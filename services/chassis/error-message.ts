/** What a thrown value says. Anything can be thrown, even what cannot be turned into text. */
export function errorMessage(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return 'a value that cannot be written as text was thrown';
  }
}
