/** A path with parameters: `/catalog/products/{id}`. */
export class PathTemplate {
  readonly text: string;
  /** Its segments, a parameter as `{ name }`. */
  readonly segments: readonly (string | { readonly name: string })[];
  /** Names of its parameters, in order. */
  readonly names: readonly string[];

  constructor(text: string) {
    this.text = text;
    this.segments = text
      .slice(1)
      .split('/')
      .map((segment) => (/^\{\w+\}$/.test(segment) ? { name: segment.slice(1, -1) } : segment));
    this.names = this.segments.flatMap((segment) => (typeof segment === 'string' ? [] : [segment.name]));
    if (this.segments.some((segment) => typeof segment === 'string' && /[{}]/.test(segment))) {
      throw new Error(`path ${text}: a parameter fills a whole segment; write it as /{name}/`);
    }
  }
}
