const NETWORK = 'all tasks of the twin reach each other over this machine; security groups decide who may';
const INSTANCE = 'the twin has no instances; it reaches what it needs by itself';
const WATCHING = 'the twin publishes no metrics to watch';
const DEPLOYMENT = 'it works while a stack is deployed, and the twin deploys nothing';
const ENCRYPTION = 'the twin encrypts nothing; its data folder is its user’s alone';
const BACKUP = 'the twin backs up nothing; its data folder is plain files';

const INERT: Readonly<Record<string, string>> = {
  'AWS::ApplicationAutoScaling::ScalingPolicy': 'the twin does not scale yet: it starts the minimum and stays there',
  'AWS::ApplicationSignals::ServiceLevelObjective': WATCHING,
  'AWS::ApplicationInsights::Application': WATCHING,
  'AWS::Backup::BackupPlan': BACKUP,
  'AWS::Backup::BackupSelection': BACKUP,
  'AWS::Backup::BackupVault': BACKUP,
  'AWS::CDK::Metadata': 'it tells AWS which constructs are used',
  'AWS::CertificateManager::Certificate': 'the twin speaks plain HTTP',
  'AWS::CloudFormation::Stack': 'its resources are read as part of the stack around it',
  'AWS::CloudFormation::WaitConditionHandle': DEPLOYMENT,
  'AWS::CloudWatch::Alarm': WATCHING,
  'AWS::CloudWatch::CompositeAlarm': WATCHING,
  'AWS::CloudWatch::Dashboard': WATCHING,
  'AWS::EC2::EIP': NETWORK,
  'AWS::EC2::EIPAssociation': NETWORK,
  'AWS::EC2::EgressOnlyInternetGateway': NETWORK,
  'AWS::EC2::FlowLog': 'the twin reports refused connections in mosaic denials',
  'AWS::EC2::Instance': INSTANCE,
  'AWS::EC2::InternetGateway': NETWORK,
  'AWS::EC2::LaunchTemplate': INSTANCE,
  'AWS::EC2::NatGateway': NETWORK,
  'AWS::EC2::NetworkInterface': NETWORK,
  'AWS::EC2::Route': NETWORK,
  'AWS::EC2::RouteTable': NETWORK,
  'AWS::EC2::SubnetRouteTableAssociation': NETWORK,
  'AWS::EC2::VPCCidrBlock': NETWORK,
  'AWS::EC2::VPCDHCPOptionsAssociation': NETWORK,
  'AWS::EC2::DHCPOptions': NETWORK,
  'AWS::EC2::VPCGatewayAttachment': NETWORK,
  'AWS::ECR::Repository': 'images are built on this machine from the assembly',
  'AWS::ElasticLoadBalancingV2::ListenerCertificate': 'the twin speaks plain HTTP',
  'AWS::IAM::InstanceProfile': INSTANCE,
  'AWS::IAM::ServiceLinkedRole': DEPLOYMENT,
  'AWS::KMS::Alias': ENCRYPTION,
  'AWS::KMS::Key': ENCRYPTION,
  'AWS::Lambda::Permission': 'the twin runs no functions',
  'AWS::Logs::MetricFilter': WATCHING,
  'AWS::Logs::QueryDefinition': WATCHING,
  'AWS::ResourceGroups::Group': WATCHING,
  'AWS::SecretsManager::RotationSchedule': 'secrets on the twin do not rotate by themselves',
  'Custom::VpcRestrictDefaultSG': 'nothing on the twin uses the default group of a VPC',
  'Custom::LogRetention': 'the twin keeps a bounded log, whatever its age',
};

/** Functions the CDK itself adds to a stack for work during its deployment. */
const CDK_HANDLER = /CustomResourceProviderHandler|^LogRetention[0-9a-f]|^AWS[0-9a-f]{32,}/;

/** Why a resource of this type has no effect on one machine; undefined for other types. */
export const inertWhy = (type: string, logicalId: string): string | undefined =>
  INERT[type] ?? (type === 'AWS::Lambda::Function' && CDK_HANDLER.test(logicalId) ? DEPLOYMENT : undefined);
