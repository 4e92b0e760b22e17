import type { ResourceType } from '../resource.ts';
import { arn } from './arn.ts';
import { physicalName } from './physical-name.ts';

/** Where containers write their lines. */
export interface LogGroup {
  readonly name: string | undefined;
}

/** `AWS::Logs::LogGroup` */
export const logGroup: ResourceType<LogGroup> = {
  type: 'AWS::Logs::LogGroup',
  identity: (place, property) => {
    const name = physicalName(property('LogGroupName'), place.name);
    return { ref: name, attributes: { Arn: `${arn(place, 'logs', `log-group:${name}`)}:*` } };
  },
  read: (take) => {
    take.accept('RetentionInDays', 'the twin keeps a bounded log, whatever its age');
    return { name: take.string('LogGroupName') };
  },
};
