import type { Denial } from '../twin/report/denial.ts';
import { clock, paint } from './terminal.ts';

/** A denial as people read it: what was tried, why it failed, the line that allows it. */
export function denialText(denial: Denial): string {
  const tried =
    'action' in denial ? `${denial.action} on ${shortArn(denial.resource)}` : `${denial.connection} to ${denial.to}`;
  const indent = ' '.repeat(19);
  return [
    `${clock(denial.at)}  ${paint('red', 'DENIED')}   ${denial.from} → ${tried}`,
    `${indent}${denial.why}`,
    `${indent}${paint('green', 'allow:')} ${denial.fix}`,
    `${indent}${paint('dim', `would gain: ${denial.missing}`)}`,
  ].join('\n');
}

/** The part of an ARN people look at: `table/Products`. */
const shortArn = (arn: string): string => (arn.startsWith('arn:') ? arn.split(':').slice(5).join(':') : arn);
