import type { ResourceType } from '../resource.ts';
import { physicalName } from './physical-name.ts';

/** A parameter of SSM: how stacks that deploy alone find each other. */
export interface SsmParameter {
  /** `String` or `StringList` */
  readonly kind: string;
  readonly value: string;
}

/** `AWS::SSM::Parameter` */
export const ssmParameter: ResourceType<SsmParameter> = {
  type: 'AWS::SSM::Parameter',
  identity: (place, property) => ({
    ref: physicalName(property('Name'), `CFN-${place.name}`),
    attributes: {
      get Type() {
        return physicalName(property('Type'), 'String');
      },
      get Value() {
        return String(property('Value') ?? '');
      },
    },
  }),
  read: (take) => {
    take.string('Name');
    take.accept('Description', 'words for people');
    take.accept('Tier', 'the twin keeps values of any size');
    take.refuse('Policies', 'the twin does not expire parameters');
    return {
      kind: take.string('Type') ?? 'String',
      value: take.string('Value') ?? '',
    };
  },
};
