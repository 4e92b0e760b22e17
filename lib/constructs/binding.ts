import { type Duration, aws_ec2 as ec2, aws_iam as iam } from 'aws-cdk-lib';
import { tableVariable, timeoutVariable, urlVariable } from '../../contract/environment.ts';
import { namespaceName } from '../../contract/parameters.ts';
import { acknowledge } from './acknowledgement.ts';
import { CallGraph } from './call-graph.ts';
import { ConstructName } from './construct-name.ts';
import type { DocumentStore } from './document-store.ts';
import { type IBinding, type IMicroservice, Microservice } from './microservice.ts';
import { expectDuration, inOneStack, refuse, refuseOtherStack } from './refusal.ts';
import { Timeouts } from './timeouts.ts';

/** Options of a call. */
export interface CallOptions {
  /** Longest the call may take in all, retries included. @default Duration.seconds(5) */
  readonly timeout?: Duration;
}

/** Options of a binding to a store. */
export interface StoreOptions {
  /** The environment variable that names the table. @default - from the store's id: `ORDERS_TABLE` for `Orders` */
  readonly variable?: string;
}

/** Gives a service access to something else: `orders.bind(Binding.call(catalog))`. */
export const Binding = {
  /** Calls another service: the path through both security groups, its URL, the call's timeout, and permission to find it. */
  call(service: IMicroservice, options: CallOptions = {}): IBinding {
    return { bind: (caller) => bindCall(caller, service, options.timeout ?? Timeouts.deadline.call) };
  },

  /** Reads documents: the permission, and the table's name. */
  read(store: DocumentStore, options: StoreOptions = {}): IBinding {
    return {
      bind: (service) => {
        tellStore(service, store, options);
        store.grantRead(service);
      },
    };
  },

  /** Reads and writes documents: the permission, and the table's name. */
  readWrite(store: DocumentStore, options: StoreOptions = {}): IBinding {
    return {
      bind: (service) => {
        tellStore(service, store, options);
        store.grantReadWrite(service);
      },
    };
  },
};

function bindCall(caller: Microservice, callee: IMicroservice, timeout: Duration): void {
  const call = `Binding.call(${callee.name})`;
  expectDuration(caller, 'timeout', timeout);
  const ceiling = Timeouts.deadline.callCeiling;
  if (timeout.toMilliseconds() > ceiling.toMilliseconds()) {
    refuse(
      caller,
      `${call} must end within ${ceiling.toMilliseconds()} ms so that the caller can still answer, ` +
        `got ${timeout.toMilliseconds()} ms; lower the timeout, or answer at once and continue on an event`,
    );
  }
  if (timeout.toMilliseconds() <= 0) {
    refuse(caller, `${call} needs time, got ${timeout.toMilliseconds()} ms; raise the timeout or drop it`);
  }
  if (callee.stage.name !== caller.stage.name) {
    refuse(
      caller,
      `${call} stays within a stage, got ${caller.stage.name} calling ${callee.stage.name}; pass the caller's stage`,
    );
  }
  refuseOtherStack(caller, callee, `Microservice.fromContract(this, '${callee.node.id}', { stage })`);
  const calls = CallGraph.of(caller);
  const isNew = !calls.has(caller, callee);
  const cycle = calls.add(caller, callee);
  if (cycle) {
    refuse(
      caller,
      `calls must not form a cycle, got ${cycle.join(' → ')}; a service is deployed after those it calls, ` +
        'so replace one of the calls by an event',
    );
  }
  // However often a service is looked up, EC2 takes one rule to its group.
  if (isNew) caller.connections.allowTo(callee, ec2.Port.tcp(callee.callPort), 'Calls by Service Connect');
  if (isNew && callee.discovery.actions.length > 0) allowDiscovery(caller, callee);
  caller.addEnvironment(urlVariable(callee.name), callee.url);
  caller.addEnvironment(timeoutVariable(callee.name), String(timeout.toMilliseconds()));
  // A running task never learns a name that is new in the namespace, so the callee's must be there before.
  if (callee instanceof Microservice) caller.service.node.addDependency(callee.service);
}

/** The action supports no resource but `*`, so its conditions name the one service. */
function allowDiscovery(caller: Microservice, { discovery, name, stage }: IMicroservice): void {
  const wanted = {
    'servicediscovery:NamespaceName': namespaceName(stage.name),
    'servicediscovery:ServiceName': name,
  };
  iam.Grant.addToPrincipal({
    grantee: caller,
    actions: [...discovery.actions],
    resourceArns: ['*'],
    conditions: { StringEquals: wanted },
  });
  acknowledge(
    caller.taskDefinition.taskRole,
    'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    'servicediscovery:DiscoverInstances knows no resource; its conditions name the namespace and the service',
  );
}

/** Tells a service the name of a table, if the store is one it may have. */
function tellStore(service: Microservice, store: DocumentStore, options: StoreOptions): void {
  const { variable = tableVariable(ConstructName.kebab(store.node.id)) } = options;
  if (!/^[A-Za-z_]\w*$/.test(variable)) {
    refuse(
      service,
      `a variable is letters, digits and underscores, got '${variable}' for ${store.node.path}; write it like 'ORDERS_TABLE'`,
    );
  }
  if (store.stage.name !== service.stage.name) {
    refuse(
      service,
      `a store stays within a stage, got ${store.node.path} of ${store.stage.name} for a service of ${service.stage.name}; ` +
        'bind a store of its own stage',
    );
  }
  if (!inOneStack(service, store)) {
    refuse(
      service,
      `a store belongs to one service and its stack, got ${store.node.path} of another stack; ` +
        'call the service that owns it, or move the store',
    );
  }
  service.addEnvironment(variable, store.table.tableName);
}
