import { constructName, constructPath } from '../construct-path.ts';
import { speaker, wordsAt } from '../fix-words.ts';
import { securityGroup } from '../resources/security-group.ts';
import { vpcLink } from '../resources/vpc-link.ts';
import type { System } from '../system.ts';
import type { Party } from './party.ts';

/**
 * The line of code that opens the way: in the words of the callee's construct if the caller's construct left words as
 * well, else in the CDK's.
 */
export function networkFix(system: System, from: Party, to: Party, port: number): string {
  const way = wordsAt(system, to.path)?.ways.find(({ network }) => network);
  const caller = speaker(system, from.path);
  if (way && caller !== undefined) return `on ${caller}: ${way.words}`;

  const target = construct(to);
  const link = system.of(vpcLink).find(({ path }) => constructPath(path) === constructPath(from.path));
  // A link has no connections in the CDK, but its group does; without one it is in the default group of the VPC.
  const group = link && system.find(securityGroup, from.groups[0] ?? '');
  if (link && !group) {
    const peer = `Peer.securityGroupId(${from.groups[0] ? `'${from.groups[0]}'` : 'vpc.vpcDefaultSecurityGroup'})`;
    return `${target.name}.connections.allowFrom(${peer}, Port.tcp(${port})) (${target.name}: ${target.path})`;
  }
  const source = construct(group ?? from);
  const where = `${target.name}: ${target.path}, ${source.name}: ${source.path}`;
  return `${target.name}.connections.allowFrom(${source.name}, Port.tcp(${port})) (${where})`;
}

/** The line of code that lets a party out to the internet. */
export function outboundFix(from: Party, port: number): string {
  const source = construct(from);
  return `${source.name}.connections.allowToAnyIpv4(Port.tcp(${port})) (${source.name}: ${source.path})`;
}

/** The construct around a resource, and what its code may call it. */
const construct = ({ path }: Pick<Party, 'path'>): { path: string; name: string } => ({
  path: constructPath(path),
  name: constructName(path),
});
