/**
 * The number that a text of one to fifteen digits says; undefined for any other. Read by hand, because every request of
 * another service has one.
 */
export function wholeNumber(digits: string): number | undefined {
  if (digits.length === 0 || digits.length > 15) return undefined;
  let value = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}
