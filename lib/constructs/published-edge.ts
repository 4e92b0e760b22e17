import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elb } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { edgeParameter } from '../../contract/parameters.ts';
import { type EdgeContract, EdgeEntry, type EdgeRouteOptions } from './edge-entry.ts';
import type { Microservice } from './microservice.ts';
import { expectForeignContract, StageParameter } from './stage-parameter.ts';
import { expectStage, type StageProfile } from './stage-profile.ts';

/** What identifies the edge of another stack. */
export interface EdgeContractProps {
  /** The stage whose edge to find. */
  readonly stage: StageProfile;
}

/** An edge of another stack, known by the parameters that stack writes. */
export class PublishedEdge extends Construct implements EdgeContract {
  readonly stage: StageProfile;
  readonly listener: elb.IApplicationListener;

  constructor(scope: Construct, id: string, props: EdgeContractProps) {
    super(scope, id);
    expectStage(this, props.stage);
    this.stage = props.stage;
    expectForeignContract(this, this.parameter('listener-arn'));
    // Imported as open, the group would get no rule that lets the balancer reach the tasks.
    const securityGroup = ec2.SecurityGroup.fromSecurityGroupId(
      this,
      'BalancerGroup',
      StageParameter.readSecurityGroupId(this, this.parameter('balancer-security-group')),
      { allowAllOutbound: false },
    );
    this.listener = elb.ApplicationListener.fromApplicationListenerAttributes(this, 'Listener', {
      listenerArn: this.read('listener-arn'),
      securityGroup,
    });
  }

  get url(): string {
    return this.read('url');
  }

  get apiId(): string {
    return this.read('api-id');
  }

  get integrationId(): string {
    return this.read('integration-id');
  }

  get authorizerId(): string {
    return this.read('authorizer-id');
  }

  route(route: string, service: Microservice, options: EdgeRouteOptions): void {
    EdgeEntry.of(this, service).add(route, options);
  }

  private parameter(name: string): string {
    return edgeParameter(this.stage.name, name);
  }

  private read(name: string): string {
    return StageParameter.read(this, this.parameter(name));
  }
}
