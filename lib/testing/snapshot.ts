const ASSET_HASH = /\b[0-9a-f]{64}\b/;

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
