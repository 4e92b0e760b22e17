/** Names derived from a construct's id. */
export const ConstructName = {
  /** As a service is called: `WebBff` is `web-bff`. */
  kebab: (id: string): string =>
    id
      .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .toLowerCase(),

  /** As code calls it: `WebBff` is `webBff`. */
  camel: (id: string): string => ConstructName.kebab(id).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
};
