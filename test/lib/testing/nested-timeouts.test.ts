import { describe, expect, it } from '@jest/globals';
import {
  aws_elasticloadbalancingv2 as balancing,
  CfnCondition,
  CfnParameter,
  CfnResource,
  aws_servicediscovery as discovery,
  Fn,
  aws_apigatewayv2 as gateway,
  type Stack,
} from 'aws-cdk-lib';
import { HttpAlbIntegration, HttpServiceDiscoveryIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { expectNestedTimeouts } from '../../../lib/testing/nested-timeouts.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { testStack } from '../constructs/test-stack.ts';
import { plainService } from './plain-service.ts';

const OWN_DEADLINE = { MOSAIC_REQUEST_TIMEOUT_MS: '20000' };
const QUIET = { minHealthyPercent: 100, circuitBreaker: { rollback: true } };
const CALL = { CATALOG_URL: 'http://catalog', CATALOG_TIMEOUT_MS: '2000' };

/** A service with a deadline of 20 s, and its balancer. */
function balanced(stack: Stack) {
  const service = plainService(stack, { environment: OWN_DEADLINE, portMappings: [{ containerPort: 80 }] }, QUIET);
  const balancer = new balancing.ApplicationLoadBalancer(stack, 'Balancer', { vpc: service.cluster.vpc });
  const listener = balancer.addListener('Listener', { port: 80 });
  listener.addTargets('Target', { port: 80, targets: [service] });
  const other = balancer.addListener('Other', {
    port: 8080,
    defaultAction: balancing.ListenerAction.fixedResponse(404),
  });
  return { listener, other };
}

/** An API that waits 5 s for what the integration leads to. */
function apiBefore(integration: gateway.HttpRouteIntegration, stack: Stack): void {
  new gateway.HttpApi(stack, 'Api').addRoutes({ path: '/orders', integration });
  const made = stack.node.findAll().find((construct) => construct instanceof gateway.CfnIntegration)!;
  made.timeoutInMillis = 5000;
}

const to = (listener: balancing.IApplicationListener) => new HttpAlbIntegration('Orders', listener);

describe('an integration of an HTTP API', () => {
  const outlasted = /got MOSAIC_REQUEST_TIMEOUT_MS of 20000 ms, which outlasts TimeoutInMillis of \S+ \(5000 ms\)/;

  it('must wait longer than the service behind its VPC link', () => {
    const stack = testStack();
    apiBefore(to(balanced(stack).listener), stack);
    expect(() => expectNestedTimeouts(stack)).toThrow(outlasted);
  });

  it('must as well where a rule leads to the service, or where it is in another stack', () => {
    const byRule = testStack();
    const { other } = balanced(byRule);
    const target = byRule.node.findAll().find((one) => one instanceof balancing.ApplicationTargetGroup)!;
    const conditions = [balancing.ListenerCondition.pathPatterns(['/orders'])];
    other.addAction('Rule', { priority: 1, conditions, action: balancing.ListenerAction.forward([target]) });
    apiBefore(to(other), byRule);
    expect(() => expectNestedTimeouts(byRule)).toThrow(outlasted);

    const app = testApp();
    apiBefore(to(balanced(testStack('Orders', app)).listener), testStack('Edge', app));
    expect(() => expectNestedTimeouts(app)).toThrow(outlasted);
  });

  it('must where it finds the service, not another one, by Cloud Map', () => {
    const dnsRecordType = discovery.DnsRecordType.SRV;
    const judged = (isOrders: boolean) => {
      const stack = testStack();
      const portMappings = [{ containerPort: 80 }];
      const service = plainService(stack, { environment: OWN_DEADLINE, portMappings }, QUIET);
      const { vpc } = service.cluster;
      const namespace = new discovery.PrivateDnsNamespace(stack, 'Namespace', { name: 'shop.local', vpc });
      const orders = service.enableCloudMap({ cloudMapNamespace: namespace, dnsRecordType, containerPort: 80 });
      const other = namespace.createService('Other', { dnsRecordType });
      const vpcLink = new gateway.VpcLink(stack, 'Link', { vpc });
      apiBefore(new HttpServiceDiscoveryIntegration('Orders', isOrders ? orders : other, { vpcLink }), stack);
      return () => expectNestedTimeouts(stack);
    };
    expect(judged(true)).toThrow(outlasted);
    expect(judged(false)).not.toThrow();
  });

  it('need not where it leads to another listener, or into no network', () => {
    const elsewhere = testStack();
    apiBefore(to(balanced(elsewhere).other), elsewhere);
    expect(() => expectNestedTimeouts(elsewhere)).not.toThrow();

    const app = testApp();
    balanced(testStack('Orders', app));
    const properties = { IntegrationType: 'AWS_PROXY', TimeoutInMillis: 5000 };
    new CfnResource(testStack('Functions', app), 'Function', { type: 'AWS::ApiGatewayV2::Integration', properties });
    expect(() => expectNestedTimeouts(app)).not.toThrow();
  });
});

describe('the deadline of a call', () => {
  function judged(environment: (stack: Stack) => Record<string, string>) {
    const stack = testStack();
    plainService(stack, { environment: { ...OWN_DEADLINE, ...environment(stack) } }, QUIET);
    return () => expectNestedTimeouts(stack);
  }

  it('is a variable beside the address that is called', () => {
    expect(judged(() => ({ SESSION_IDLE_TIMEOUT_MS: '1800000' }))).not.toThrow();
    expect(judged(() => CALL)).not.toThrow();
    expect(judged(() => ({ ...CALL, CATALOG_TIMEOUT_MS: '25000' }))).toThrow(
      'Test/Task: got CATALOG_TIMEOUT_MS of 25000 ms, which outlasts MOSAIC_REQUEST_TIMEOUT_MS of Test/Task (20000 ms); let it end before 20000 ms',
    );
  });

  it('must be a number, whichever side of a condition holds', () => {
    const parameter = (stack: Stack) => new CfnParameter(stack, 'Patience').valueAsString;
    expect(judged((stack) => ({ ...CALL, CATALOG_TIMEOUT_MS: parameter(stack) }))).toThrow(
      `Test/Task: got CATALOG_TIMEOUT_MS of '\${…}', which cannot be compared; write it as a number`,
    );
    expect(judged(() => ({ ...CALL, CATALOG_TIMEOUT_MS: '2s' }))).toThrow("got CATALOG_TIMEOUT_MS of '2s', which");
    const either = (stack: Stack, slow: string) => {
      new CfnCondition(stack, 'Slow', { expression: Fn.conditionEquals('a', 'b') });
      return Fn.conditionIf('Slow', slow, '2000').toString();
    };
    expect(judged((stack) => ({ ...CALL, CATALOG_TIMEOUT_MS: either(stack, '25000') }))).toThrow('of 25000 ms');
    expect(judged((stack) => ({ ...CALL, CATALOG_TIMEOUT_MS: either(stack, '3000') }))).not.toThrow();
  });
});
