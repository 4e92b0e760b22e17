/** What the name of a base image tells about it. */
export interface BaseImage {
  /** Major version of Node; undefined for tags such as `lts`. */
  readonly node: number | undefined;
  /** Which tools it has besides Node. */
  readonly variant: 'full' | 'slim' | 'alpine';
}

/** Major versions by the code names that tags may use. */
const CODE_NAMES: Readonly<Record<string, number>> = { hydrogen: 18, iron: 20, jod: 22, krypton: 24 };

const NODE_IMAGE =
  /^(?:(?:docker\.io\/|index\.docker\.io\/)?(?:library\/)?|public\.ecr\.aws\/docker\/library\/)node(?::([\w.-]+))?(?:@sha256:[0-9a-f]{64})?$/;

/** Reads the name of an official Node image; undefined for every other image. */
export function readBaseImage(image: string): BaseImage | undefined {
  const match = NODE_IMAGE.exec(image);
  if (!match) return undefined;
  const tag = match[1] ?? 'latest';
  const major = /^\d+/.exec(tag)?.[0];
  return {
    node: major ? Number(major) : CODE_NAMES[tag.split('-')[0]!],
    variant: /-?alpine/.test(tag) ? 'alpine' : tag.includes('slim') ? 'slim' : 'full',
  };
}
