import type { ResourceType } from '../resource.ts';
import { arn } from './arn.ts';
import { physicalName } from './physical-name.ts';

/** `AWS::Logs::LogGroup`, where containers write their lines: all that matters is its name. */
export const logGroup: ResourceType<undefined> = {
  type: 'AWS::Logs::LogGroup',
  identity: (place, property) => {
    const name = physicalName(property('LogGroupName'), place.name);
    return { ref: name, attributes: { Arn: `${arn(place, 'logs', `log-group:${name}`)}:*` } };
  },
  read: (take) => {
    take.string('LogGroupName');
    take.accept('RetentionInDays', 'the twin keeps a bounded log, whatever its age');
  },
};
