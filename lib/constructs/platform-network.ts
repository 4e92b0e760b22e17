import { aws_ec2 as ec2, aws_logs as logs, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledgement.ts';
import { NatInstance } from './nat-instance.ts';
import { refuse } from './refusal.ts';
import type { StageProfile } from './stage-profile.ts';

export interface PlatformNetworkProps {
  /** The stage it belongs to. */
  readonly stage: StageProfile;
  /** @default '10.0.0.0/16' */
  readonly cidr?: string;
  /** @default - the first letters of the stack's region */
  readonly availabilityZones?: string[];
}

const BYTE = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const CIDR = new RegExp(`^((?:${BYTE}\\.){3}${BYTE})/(\\d{1,2})$`);
/** The largest range a VPC may have. */
const LARGEST = 16;
/** Private subnets, where all tasks are: as large as this where there is room, and never smaller than that. */
const PRIVATE = { largest: 20, smallest: 24 };

/** Public subnets for what the internet must reach, private ones for tasks, and a way out the stage can afford. */
export class PlatformNetwork extends Construct {
  readonly vpc: ec2.Vpc;

  constructor(scope: Construct, id: string, props: PlatformNetworkProps) {
    super(scope, id);
    const { rules } = props.stage;
    const cidr = props.cidr ?? '10.0.0.0/16';
    const masks = subnetMasks(scope, cidr, rules.zones);
    const natInstance = rules.nat === 'instance' ? new NatInstance(this, 'Nat', { cidr }) : undefined;
    const availabilityZones = this.zones(props);
    this.vpc = withoutLookup(
      this,
      availabilityZones,
      () =>
        new ec2.Vpc(this, 'Vpc', {
          ipAddresses: ec2.IpAddresses.cidr(cidr),
          availabilityZones,
          natGateways: natInstance ? 1 : rules.zones,
          natGatewayProvider: natInstance?.provider,
          restrictDefaultSecurityGroup: true,
          subnetConfiguration: [
            { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: masks.public, mapPublicIpOnLaunch: false },
            { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: masks.private },
          ],
          // Both are free, and keep image layers and documents off the way out, which is billed by the gigabyte.
          gatewayEndpoints: {
            S3: { service: ec2.GatewayVpcEndpointAwsService.S3 },
            DynamoDb: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB },
          },
        }),
    );
    acknowledge(
      this,
      'CloudFormation-Validate::W3010',
      'Zones are named, not looked up, so that synthesis needs no account',
    );
    natInstance?.join(this.vpc);
    this.logFlows(props.stage);
  }

  private zones({ stage, availabilityZones }: PlatformNetworkProps): string[] {
    const { zones } = stage.rules;
    const { region } = Stack.of(this);
    if (availabilityZones) {
      if (availabilityZones.length === zones) return availabilityZones;
      refuse(
        this,
        `stage ${stage.name} has ${zones} zones, got ${availabilityZones.length} ` +
          `(${availabilityZones.join(', ')}); name as many as the stage has, or change its zones`,
      );
    }
    if (Token.isUnresolved(region)) {
      refuse(
        this,
        'zones are named after the region, got a stack without one; ' +
          'give the stack an env with a region, or name availabilityZones',
      );
    }
    return Array.from({ length: zones }, (_, index) => `${region}${'abcdef'[index]}`);
  }

  private logFlows({ rules }: StageProfile): void {
    const logGroup = new logs.LogGroup(this, 'FlowLogs', {
      retention: rules.logRetention,
      removalPolicy: rules.removalPolicy,
    });
    this.vpc.addFlowLog('FlowLog', { destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup) });
  }
}

/** Sizes of the subnets; the public ones together take no more room than one private one. */
function subnetMasks(
  scope: Construct,
  cidr: string,
  zones: number,
): { readonly public: number; readonly private: number } {
  if (Token.isUnresolved(cidr)) refuse(scope, "cidr must be known at synth, got a token; write it like '10.0.0.0/16'");
  const [, address = '', length] = CIDR.exec(cidr) ?? [];
  const prefix = Number(length);
  const share = Math.ceil(Math.log2(zones + 1));
  const smallest = PRIVATE.smallest - share;
  if (!(prefix >= LARGEST && prefix <= smallest)) {
    refuse(
      scope,
      `cidr must be an address range from /${LARGEST} to /${smallest}, which has room for ${zones} zones, ` +
        `got '${cidr}'; write it like '10.0.0.0/16'`,
    );
  }
  const aligned = `${firstAddress(address, prefix)}/${prefix}`;
  if (cidr !== aligned) {
    refuse(scope, `cidr must begin with the first address of its range, got '${cidr}'; write '${aligned}'`);
  }
  const mask = Math.max(PRIVATE.largest, prefix + share);
  return { public: mask + 4, private: mask };
}

/** The first address of the range of that prefix which an address is in. */
function firstAddress(address: string, prefix: number): string {
  const bytes = address.split('.').map(Number);
  return bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, prefix - 8 * index)))).join('.');
}

/** Even a VPC with named zones asks its stack for the zones, and the stack would look them up in the account. */
function withoutLookup<Made>(scope: Construct, zones: string[], make: () => Made): Made {
  const stack: { availabilityZones?: string[] } = Stack.of(scope);
  Object.defineProperty(stack, 'availabilityZones', { configurable: true, value: zones });
  try {
    return make();
  } finally {
    delete stack.availabilityZones;
  }
}
