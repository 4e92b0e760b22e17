/** The actions services need for which IAM supports no resource but `*`, by AWS's service authorization reference. */
export const WITHOUT_RESOURCE: readonly string[] = [
  'cloudwatch:GetMetricData',
  'cloudwatch:PutMetricData',
  'ec2:DescribeNetworkInterfaces',
  'ecr-public:GetAuthorizationToken',
  'ecr:GetAuthorizationToken',
  'kms:GenerateRandom',
  'logs:DescribeLogGroups',
  // It supports a bucket, but only tells the bucket's region; ECS Exec asks for it before it logs a session there.
  's3:GetBucketLocation',
  'secretsmanager:GetRandomPassword',
  'servicediscovery:DiscoverInstances',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
  'sts:GetServiceBearerToken',
  'xray:GetSamplingRules',
  'xray:GetSamplingStatisticSummaries',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];
