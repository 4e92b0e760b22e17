/** An asset's hash as the tag of an image or the name of a file or folder; an image's digest is not one. */
const ASSET_HASH = /(?<=\basset\.|(?<!sha256):)[0-9a-f]{64}\b|\b[0-9a-f]{64}(?=\.\w)/;

const masked = (text: string): string => text.replace(new RegExp(ASSET_HASH, 'g'), '<asset>');

/** A template as it is compared: hashes of assets masked, so that a change of code is no change of infrastructure. */
export function snapshotOf(template: unknown): unknown {
  return JSON.parse(masked(JSON.stringify(template)));
}

/** Masks the hashes of assets in every snapshot of jest or vitest: `expect.addSnapshotSerializer(assetHashes)`. */
export const assetHashes = {
  /** Whether there is something to mask. */
  test(value: unknown): boolean {
    return typeof value === 'string' && ASSET_HASH.test(value);
  },

  /** The value as the runner prints it, masked. */
  print(value: unknown, print: (value: unknown) => string): string {
    return print(masked(value as string));
  },
};
