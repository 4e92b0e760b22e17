/** Addresses at the start of a subnet that AWS keeps for itself. */
const RESERVED = 4;

/** The `index`th free address of a range such as `10.0.1.0/24`; undefined where there is no range. */
export const addressInside = (cidr: string | undefined, index: number): string | undefined => {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr ?? '');
  if (!match) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  const size = 2 ** (32 - prefix);
  const first = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / size) * size;
  const address = first + RESERVED + (index % Math.max(1, size - RESERVED - 1));
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
};
