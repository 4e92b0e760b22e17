import { FIX_WORDS, type FixWords } from '../../contract/fix-words.ts';
import { securityGroup } from '../resources/security-group.ts';
import { vpcLink } from '../resources/vpc-link.ts';
import type { System } from '../system.ts';
import type { Party } from './party.ts';

/**
 * The line of code that opens the way: in the words the callee's construct left, if the caller's construct is one
 * that speaks them, else in the CDK's.
 */
export function networkFix(system: System, from: Party, to: Party, port: number): string {
  const words = system.metadata(to.path, FIX_WORDS) as FixWords | undefined;
  const way = words?.ways.find(({ network }) => network);
  const caller = speaker(system, from.path);
  if (way && caller !== undefined) return `on ${caller}: ${way.words}`;

  const target = construct(to);
  const link = system.of(vpcLink).find(({ path }) => path.replace(/\/Resource$/, '') === construct(from).path);
  // In the CDK a link has no connections; its group has, and without one it is in the default group of the VPC.
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

/** The construct above this path that left words: the one a user holds in their hands. */
function speaker(system: System, path: string): string | undefined {
  const words = system.metadata(path, FIX_WORDS);
  if (words === undefined) return undefined;
  const above = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  return above !== '' && system.metadata(above, FIX_WORDS) === words ? speaker(system, above) : path;
}

/** The construct around a resource, and what its code may call it. */
function construct({ path }: Pick<Party, 'path'>): { path: string; name: string } {
  const ids = path.split('/');
  if (ids.length > 2 && MADE_BY_THE_CDK.includes(ids.at(-1)!)) ids.pop();
  const id = ids.findLast((each) => !MADE_BY_THE_CDK.includes(each)) ?? ids.at(-1)!;
  const name = id.replace(/[^A-Za-z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase());
  return { path: ids.join('/'), name: name.charAt(0).toLowerCase() + name.slice(1) };
}

/** Ids the CDK gives to the resources inside its constructs. */
const MADE_BY_THE_CDK: readonly string[] = ['Resource', 'Service'];
