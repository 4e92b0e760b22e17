import type { ResourceType } from '../resource.ts';
import { arn } from './arn.ts';
import { physicalName } from './physical-name.ts';

/** A secret: written in the template, or made up when it is first stored. */
export interface Secret {
  /** Value the template has; undefined where it is generated. */
  readonly value: string | undefined;
  readonly generate: SecretGenerator | undefined;
}

export interface SecretGenerator {
  readonly length: number;
  /** JSON the generated value is put into, under `key`. */
  readonly template: string | undefined;
  readonly key: string | undefined;
  readonly excludeCharacters: string;
  readonly excludeLowercase: boolean;
  readonly excludeUppercase: boolean;
  readonly excludeNumbers: boolean;
  readonly excludePunctuation: boolean;
  readonly includeSpace: boolean;
}

/** `AWS::SecretsManager::Secret` */
export const secret: ResourceType<Secret> = {
  type: 'AWS::SecretsManager::Secret',
  identity: (place, property) => {
    const own = arn(
      place,
      'secretsmanager',
      `secret:${physicalName(property('Name'), place.name)}-${place.hash.slice(0, 6)}`,
    );
    return { ref: own, attributes: { Id: own } };
  },
  read: (take) => {
    take.string('Name');
    const generate = take.object('GenerateSecretString');
    take.accept('Description', 'words for people');
    take.accept('KmsKeyId', 'the twin keeps secrets in files only their owner can read');
    take.accept('ReplicaRegions', 'the twin has one region');
    return {
      value: take.string('SecretString'),
      generate: generate && {
        length: generate.number('PasswordLength') ?? 32,
        template: generate.string('SecretStringTemplate'),
        key: generate.string('GenerateStringKey'),
        excludeCharacters: generate.string('ExcludeCharacters') ?? '',
        excludeLowercase: generate.boolean('ExcludeLowercase') ?? false,
        excludeUppercase: generate.boolean('ExcludeUppercase') ?? false,
        excludeNumbers: generate.boolean('ExcludeNumbers') ?? false,
        excludePunctuation: generate.boolean('ExcludePunctuation') ?? false,
        includeSpace: generate.boolean('IncludeSpace') ?? false,
      },
    };
  },
};
