import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Whether an address range holds an address; the whole internet holds also an address nobody knows. */
export function cidrHolds(cidr: string, address: string | undefined): boolean {
  const [network = '', length = ''] = cidr.split('/');
  if (address === undefined) return length === '0';
  if (isIPv6(network) !== isIPv6(address)) return false;
  const family = isIPv4(network) ? 'ipv4' : 'ipv6';
  const range = new BlockList();
  range.addSubnet(network, Number(length), family);
  return range.check(address, family);
}
