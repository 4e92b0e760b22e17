/** Cuts an address range into ranges of `hostBits` bits each, as `Fn::Cidr` does; IPv4 and IPv6. */
export const cutCidr = (block: string, count: number, hostBits: number): readonly string[] => {
  const [address = '', prefix = ''] = block.split('/');
  const bits = address.includes(':') ? 128 : 32;
  const free = bits - Number(prefix);
  if (prefix === '' || hostBits > free || count > 2 ** (free - hostBits))
    throw new Error(`${block} has no room for ${count} ranges of ${hostBits} bits`);
  const first = (parse(address) >> BigInt(free)) << BigInt(free);
  return Array.from({ length: count }, (_, index) => {
    const start = first + (BigInt(index) << BigInt(hostBits));
    return `${bits === 32 ? printV4(start) : printV6(start)}/${bits - hostBits}`;
  });
};

const parse = (address: string): bigint => {
  if (!address.includes(':')) return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = '', tail = ''] = address.split('::');
  const [left, right] = [head, tail].map((half) => half.split(':').filter((part) => part !== ''));
  const middle = new Array(8 - left!.length - right!.length).fill('0');
  return [...left!, ...middle, ...right!].reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
};

const printV4 = (address: bigint): string => [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');

const printV6 = (address: bigint): string =>
  Array.from({ length: 8 }, (_, index) => ((address >> BigInt(112 - index * 16)) & 65_535n).toString(16)).join(':');
