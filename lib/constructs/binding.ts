import { type Duration, aws_ec2 as ec2, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { tableVariable, timeoutVariable, urlVariable } from '../../contract/environment.ts';
import { namespaceName } from '../../contract/parameters.ts';
import { acknowledge } from './acknowledgement.ts';
import { CallGraph } from './call-graph.ts';
import { ConstructName } from './construct-name.ts';
import { DocumentActions, type DocumentStore } from './document-store.ts';
import { type IBinding, type IMicroservice, Microservice } from './microservice.ts';
import { refuse } from './refusal.ts';
import { Timeouts } from './timeouts.ts';

/** What a call may be told. */
export interface CallOptions {
  /** Longest the call may take in all, retries included. @default Duration.seconds(5) */
  readonly timeout?: Duration;
}

/** What a binding to a store may be told. */
export interface StoreOptions {
  /** The environment variable that names the table. @default - from the store's id: `ORDERS_TABLE` for `Orders` */
  readonly variable?: string;
}

/** What one service may have of another thing: `orders.bind(Binding.call(catalog))`. */
export const Binding = {
  /** Calls another service: the path through both security groups, its URL, the call's timeout, and leave to find it. */
  call(service: IMicroservice, options: CallOptions = {}): IBinding {
    return { bind: (caller) => bindCall(caller, service, options.timeout ?? Timeouts.deadline.call) };
  },

  /** Reads documents: the permission, and the table's name. */
  read(store: DocumentStore, options: StoreOptions = {}): IBinding {
    return { bind: (service) => bindStore(service, store, DocumentActions.read, options) };
  },

  /** Reads and writes documents: the permission, and the table's name. */
  readWrite(store: DocumentStore, options: StoreOptions = {}): IBinding {
    const actions = [...DocumentActions.read, ...DocumentActions.write];
    return { bind: (service) => bindStore(service, store, actions, options) };
  },
};

function bindCall(caller: Microservice, callee: IMicroservice, timeout: Duration): void {
  const where = `${caller.node.path}: Binding.call(${callee.name})`;
  const ceiling = Timeouts.deadline.callCeiling;
  if (timeout.toMilliseconds() > ceiling.toMilliseconds()) {
    throw new Error(
      `${where} must end within ${ceiling.toMilliseconds()} ms so that the caller can still answer, ` +
        `got ${timeout.toMilliseconds()} ms; lower the timeout, or answer at once and go on by an event`,
    );
  }
  if (timeout.toMilliseconds() <= 0) {
    throw new Error(`${where} needs time, got ${timeout.toMilliseconds()} ms; raise the timeout or drop it`);
  }
  if (callee.stage.name !== caller.stage.name) {
    throw new Error(
      `${where} stays within a stage, got ${caller.stage.name} calling ${callee.stage.name}; pass the caller's stage`,
    );
  }
  if (Stack.of(callee) !== Stack.of(caller)) {
    throw new Error(
      `${where} shares only names between stacks, got ${callee.node.path} of another stack; ` +
        `use Microservice.fromContract(this, '${callee.node.id}', { stage }) in the caller's stack`,
    );
  }
  const circle = CallGraph.of(caller).add(caller, callee);
  if (circle) {
    throw new Error(
      `${where} closes a circle of calls, got ${circle.join(' → ')}; a service is deployed after those it calls, ` +
        'so replace one of the calls by an event',
    );
  }
  caller.connections.allowTo(callee, ec2.Port.tcp(callee.callPort), 'Calls by Service Connect');
  if (callee.discovery.actions.length > 0) allowDiscovery(caller, callee);
  caller.addEnvironment(urlVariable(callee.name), callee.url);
  caller.addEnvironment(timeoutVariable(callee.name), String(timeout.toMilliseconds()));
  // A running task never learns a name that is new in the namespace, so the callee's must be there before.
  if (callee instanceof Microservice) caller.service.node.addDependency(callee.service);
}

/** The action knows no resource, so its conditions name the one service. */
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

function bindStore(service: Microservice, store: DocumentStore, actions: string[], options: StoreOptions): void {
  const { variable = tableVariable(ConstructName.kebab(store.node.id)) } = options;
  if (!/^[A-Za-z_]\w*$/.test(variable)) {
    refuse(
      service,
      `a variable is letters, digits and underscores, got '${variable}' for ${store.node.path}; write it like 'ORDERS_TABLE'`,
    );
  }
  if (Stack.of(store) !== Stack.of(service)) {
    throw new Error(
      `${service.node.path}: a store belongs to one service and its stack, got ${store.node.path} of another stack; ` +
        'call the service that owns it, or move the store',
    );
  }
  iam.Grant.addToPrincipal({ grantee: service, actions, resourceArns: [...store.arns] });
  service.addEnvironment(variable, store.table.tableName);
}
