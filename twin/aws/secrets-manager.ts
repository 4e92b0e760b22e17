import type { AwsApi, Call, Operation } from './api.ts';
import { AwsError } from './aws-error.ts';
import { json11 } from './protocol.ts';
import type { Secrets, StoredSecret } from './secrets.ts';

/** Reading secrets; only templates create them. */
export function secretsManager(secrets: Secrets): AwsApi {
  const found = ({ input }: Call): StoredSecret => {
    const secret = secrets.get(String(input.SecretId));
    if (!secret) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return secret;
  };
  const reading = (action: string, perform: (call: Call) => object): Operation => ({
    accesses: ({ input }) => [{ action: `secretsmanager:${action}`, resource: secrets.arn(String(input.SecretId)) }],
    perform,
  });

  const operations: Record<string, Operation> = {
    GetSecretValue: reading('GetSecretValue', (call) => {
      const { name, arn, value, version, created } = found(call);
      const stage = String(call.input.VersionStage ?? 'AWSCURRENT');
      if (stage !== 'AWSCURRENT' || (call.input.VersionId ?? version) !== version) {
        const text = `Secrets Manager can't find the specified secret value for staging label: ${stage}`;
        throw new AwsError('ResourceNotFoundException', text);
      }
      return {
        ARN: arn,
        Name: name,
        VersionId: version,
        SecretString: value,
        VersionStages: [stage],
        CreatedDate: created,
      };
    }),
    DescribeSecret: reading('DescribeSecret', (call) => {
      const { name, arn, version, created } = found(call);
      return { ARN: arn, Name: name, CreatedDate: created, VersionIdsToStages: { [version]: ['AWSCURRENT'] } };
    }),
  };
  return { service: 'secretsmanager', protocol: json11, operation: (name) => operations[name] };
}
