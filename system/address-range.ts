import { BlockList, isIP } from 'node:net';

/** Whether an address lies in a range. */
export type InRange = (address: string | undefined) => boolean;

const NOWHERE: InRange = () => false;

/**
 * Reads a range such as `10.0.0.0/16`, or the one address it names. An unknown address (undefined) lies only in the whole
 * internet; nothing lies in a text that is no range.
 */
export function addressRange(text: string): InRange {
  const [network = '', length] = text.split('/');
  const version = isIP(network);
  if (version === 0) return NOWHERE;
  const longest = version === 6 ? 128 : 32;
  const prefix = length === undefined ? longest : Number.parseInt(length, 10);
  if (!(prefix >= 0 && prefix <= longest)) return NOWHERE;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(network, prefix, family);
  return (address) =>
    address === undefined ? prefix === 0 : isIP(address) === version && block.check(address, family);
}
