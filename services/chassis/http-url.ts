/** Parses the URL given to `owner`; refuses `localhost:8080`, which would parse as a URL without a host. */
export function httpUrl(owner: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new Error(`${owner}: expected a URL such as http://catalog:8080, got '${text}'`);
}
