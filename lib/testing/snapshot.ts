const ASSET_HASH = /\b[0-9a-f]{64}\b/g;

/** A template as it is compared: hashes of assets masked, so that a change of code is no change of infrastructure. */
export function snapshotOf(template: unknown): unknown {
  return JSON.parse(JSON.stringify(template).replace(ASSET_HASH, '<asset>'));
}
