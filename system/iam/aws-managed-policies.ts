import type { PolicyDocument } from './policy.ts';

const allow = (actions: readonly string[], resource = '*') =>
  ({ Effect: 'Allow', Action: actions, Resource: resource }) as const;
const document = (...statements: readonly ReturnType<typeof allow>[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});

const ecrPull = [
  'ecr:GetAuthorizationToken',
  'ecr:BatchCheckLayerAvailability',
  'ecr:GetDownloadUrlForLayer',
  'ecr:BatchGetImage',
];

const xrayWrite = document(
  allow([
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ]),
);

/** The AWS managed policies that roles of ECS tasks use, by the name that ends their ARN. */
export const awsManagedPolicies: Readonly<Record<string, PolicyDocument>> = {
  AmazonECSTaskExecutionRolePolicy: document(allow([...ecrPull, 'logs:CreateLogStream', 'logs:PutLogEvents'])),
  AmazonEC2ContainerRegistryPullOnly: document(
    allow([
      'ecr:GetAuthorizationToken',
      'ecr:BatchImportUpstreamImage',
      'ecr:BatchGetImage',
      'ecr:GetDownloadUrlForLayer',
    ]),
  ),
  AmazonEC2ContainerRegistryReadOnly: document(
    allow([
      ...ecrPull,
      'ecr:GetRepositoryPolicy',
      'ecr:DescribeRepositories',
      'ecr:ListImages',
      'ecr:DescribeImages',
      'ecr:GetLifecyclePolicy',
      'ecr:GetLifecyclePolicyPreview',
      'ecr:ListTagsForResource',
      'ecr:DescribeImageScanFindings',
    ]),
  ),
  CloudWatchAgentServerPolicy: document(
    allow([
      'cloudwatch:PutMetricData',
      'ec2:DescribeVolumes',
      'ec2:DescribeTags',
      'logs:PutLogEvents',
      'logs:PutRetentionPolicy',
      'logs:DescribeLogStreams',
      'logs:DescribeLogGroups',
      'logs:CreateLogStream',
      'logs:CreateLogGroup',
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:GetSamplingStatisticSummaries',
    ]),
    allow(['ssm:GetParameter'], 'arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*'),
  ),
  AWSXRayDaemonWriteAccess: xrayWrite,
  AWSXrayWriteOnlyAccess: xrayWrite,
  AmazonSSMReadOnlyAccess: document(allow(['ssm:Describe*', 'ssm:Get*', 'ssm:List*'])),
  AmazonDynamoDBReadOnlyAccess: document(
    allow([
      'application-autoscaling:DescribeScalableTargets',
      'application-autoscaling:DescribeScalingActivities',
      'application-autoscaling:DescribeScalingPolicies',
      'cloudwatch:DescribeAlarmHistory',
      'cloudwatch:DescribeAlarms',
      'cloudwatch:DescribeAlarmsForMetric',
      'cloudwatch:GetMetricStatistics',
      'cloudwatch:ListMetrics',
      'cloudwatch:GetMetricData',
      'dynamodb:BatchGetItem',
      'dynamodb:Describe*',
      'dynamodb:List*',
      'dynamodb:GetItem',
      'dynamodb:GetResourcePolicy',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:PartiQLSelect',
      'kms:DescribeKey',
      'kms:ListAliases',
      'tag:GetResources',
    ]),
  ),
  AmazonDynamoDBFullAccess: document(allow(['dynamodb:*', 'dax:*'])),
  AmazonDynamoDBFullAccess_v2: document(allow(['dynamodb:*', 'dax:*'])),
  SecretsManagerReadWrite: document(allow(['secretsmanager:*'])),
  AmazonSQSFullAccess: document(allow(['sqs:*'])),
  AmazonSNSFullAccess: document(allow(['sns:*'])),
  AmazonS3FullAccess: document(allow(['s3:*', 's3-object-lambda:*'])),
  AmazonS3ReadOnlyAccess: document(
    allow(['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*']),
  ),
  AdministratorAccess: document(allow(['*'])),
};
