/** What a policy's conditions and variables may ask about a request, by lower-case key: `aws:sourceip`. */
export interface RequestContext {
  get(key: string): string | readonly string[] | undefined;
}

/** A request's context from keys in any case; what is undefined is left out. */
export const requestContext = (
  values: Readonly<Record<string, string | readonly string[] | undefined>>,
): RequestContext => {
  const context = new Map<string, string | readonly string[]>();
  for (const [key, value] of Object.entries(values)) if (value !== undefined) context.set(key.toLowerCase(), value);
  return context;
};
