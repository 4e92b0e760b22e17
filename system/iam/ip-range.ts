import { BlockList, isIP } from 'node:net';

const ranges = new Map<string, BlockList | undefined>();

function rangeOf(cidr: string): BlockList | undefined {
  if (ranges.has(cidr)) return ranges.get(cidr);
  const [address = '', prefix] = cidr.split('/');
  const version = isIP(address);
  let range: BlockList | undefined;
  if (version) {
    const family = version === 6 ? 'ipv6' : 'ipv4';
    range = new BlockList();
    range.addSubnet(address, Number(prefix ?? (version === 6 ? 128 : 32)), family);
  }
  ranges.set(cidr, range);
  return range;
}

/** Whether an address lies in a range such as `10.0.0.0/16`; anything that is no address lies nowhere. */
export function inRange(cidr: string, address: string): boolean {
  const version = isIP(address);
  if (!version || cidr.includes(':') !== address.includes(':')) return false;
  return rangeOf(cidr)?.check(address, version === 6 ? 'ipv6' : 'ipv4') ?? false;
}
