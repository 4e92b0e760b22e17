/** The name a template gives a resource, or the one made up for it. */
export const physicalName = (given: unknown, madeUp: string): string =>
  typeof given === 'string' && given !== '' ? given : madeUp;
