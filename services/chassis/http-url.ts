/** The URL that `owner` was given; `localhost:8080` is none, though it can be read as one. */
export function httpUrl(owner: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new Error(`${owner}: a URL must be such as http://catalog:8080, got '${text}'`);
}
