import type { Place } from '../resource.ts';
import { arn, globalArn } from './arn.ts';
import { physicalName } from './physical-name.ts';

type Property = (name: string) => unknown;

interface Form {
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** `rtb-…`: types whose `Ref` is a prefix and an id, and the attribute that repeats it. */
const PREFIXES: Readonly<Record<string, string>> = {
  'AWS::EC2::EgressOnlyInternetGateway': 'eigw',
  'AWS::EC2::FlowLog': 'fl',
  'AWS::EC2::InternetGateway': 'igw',
  'AWS::EC2::NatGateway': 'nat',
  'AWS::EC2::NetworkInterface': 'eni',
  'AWS::EC2::RouteTable': 'rtb',
  'AWS::EC2::SubnetRouteTableAssociation': 'rtbassoc',
};

/** How AWS writes the identities of types that are not read, where it is not `name` and `arn:…:type/name`. */
const FORMS: Readonly<Record<string, (place: Place, property: Property) => Form>> = {
  'AWS::ApplicationAutoScaling::ScalingPolicy': (place) => {
    const ref = arn(place, 'autoscaling', `scalingPolicy:${place.hash}:policyName/${place.name}`);
    return { ref, attributes: { Arn: ref } };
  },
  'AWS::CloudWatch::Alarm': (place, property) => {
    const ref = physicalName(property('AlarmName'), place.name);
    return { ref, attributes: { Arn: arn(place, 'cloudwatch', `alarm:${ref}`) } };
  },
  'AWS::EC2::EIP': (place) => ({
    ref: '198.51.100.1',
    attributes: { PublicIp: '198.51.100.1', AllocationId: `eipalloc-${place.hash}` },
  }),
  'AWS::EC2::Instance': (place) => ({
    ref: `i-${place.hash}`,
    attributes: {
      InstanceId: `i-${place.hash}`,
      PrimaryNetworkInterfaceId: `eni-${place.hash}`,
      PrivateIp: '10.0.0.4',
    },
  }),
  'AWS::EC2::LaunchTemplate': (place) => ({
    ref: `lt-${place.hash}`,
    attributes: { LaunchTemplateId: `lt-${place.hash}`, LatestVersionNumber: '1', DefaultVersionNumber: '1' },
  }),
  'AWS::ECR::Repository': (place, property) => {
    const ref = physicalName(property('RepositoryName'), place.name.toLowerCase());
    const uri = `${place.account}.dkr.ecr.${place.region}.amazonaws.com/${ref}`;
    return { ref, attributes: { Arn: arn(place, 'ecr', `repository/${ref}`), RepositoryUri: uri } };
  },
  'AWS::IAM::InstanceProfile': (place, property) => {
    const ref = physicalName(property('InstanceProfileName'), place.name);
    return { ref, attributes: { Arn: globalArn(place, 'iam', `instance-profile/${ref}`) } };
  },
  'AWS::KMS::Key': (place) => {
    const ref = `${place.hash.slice(0, 8)}-0000-4000-8000-${place.hash.slice(0, 12)}`;
    return { ref, attributes: { KeyId: ref, Arn: arn(place, 'kms', `key/${ref}`) } };
  },
  'AWS::KMS::Alias': (place, property) => ({ ref: physicalName(property('AliasName'), `alias/${place.name}`) }),
  'AWS::Lambda::Function': (place, property) => {
    const ref = physicalName(property('FunctionName'), place.name);
    return { ref, attributes: { Arn: arn(place, 'lambda', `function:${ref}`) } };
  },
  'AWS::S3::Bucket': (place, property) => {
    const ref = physicalName(property('BucketName'), place.name.toLowerCase());
    const host = `${ref}.s3.${place.region}.amazonaws.com`;
    const attributes = { Arn: globalArn(place, 's3', ref, ''), DomainName: host, RegionalDomainName: host };
    return { ref, attributes };
  },
  'AWS::SNS::Topic': (place, property) => {
    const name = physicalName(property('TopicName'), place.name);
    const ref = arn(place, 'sns', name);
    return { ref, attributes: { TopicArn: ref, TopicName: name } };
  },
  'AWS::SQS::Queue': (place, property) => {
    const name = physicalName(property('QueueName'), place.name);
    const ref = `https://sqs.${place.region}.amazonaws.com/${place.account}/${name}`;
    return { ref, attributes: { Arn: arn(place, 'sqs', name), QueueName: name, QueueUrl: ref } };
  },
};

/** Stable values in AWS's format for resources that exist but are not read. */
export const placeholder = (place: Place, type: string, property: Property): Required<Form> => {
  const prefix = PREFIXES[type];
  const { ref, attributes = {} } = FORMS[type]?.(place, property) ?? {
    ref: prefix === undefined ? place.name : `${prefix}-${place.hash}`,
  };
  const known = attributes as Record<string, string>;
  return {
    ref,
    attributes: new Proxy(known, { get: (_, name) => known[String(name)] ?? madeUp(place, type, ref, String(name)) }),
  };
};

const madeUp = (place: Place, type: string, ref: string, attribute: string): string => {
  const [, service = 'custom', kind = 'resource'] = type.toLowerCase().split('::');
  if (attribute.endsWith('Arn')) return arn(place, service, `${kind}/${ref}`);
  return attribute.endsWith('Id') ? ref : `${ref}.${attribute}`;
};
