// A view composed of two calls, and nothing else: the cost of the route through the twin is measured on it.
import { App, Duration, Stack } from 'aws-cdk-lib';
import {
  Binding,
  DocumentStore,
  Edge,
  Microservice,
  ServiceImage,
  ServicePlatform,
  StageProfile,
} from '../../lib/constructs/index.ts';

const stage = StageProfile.dev('bench');
const stack = new Stack(new App(), 'Composed', { env: { account: '111111111111', region: 'us-east-1' } });
const platform = new ServicePlatform(stack, 'Platform', { stage });
const edge = new Edge(stack, 'Edge', { platform, throttle: { rate: 100_000, burst: 100_000 } });
const source = (name: string, commands: string[] = []): ServiceImage =>
  ServiceImage.fromSource(`${import.meta.dirname}/${name}`, { commands });

const store = new DocumentStore(stack, 'Documents', { stage, partitionKey: 'id' });
const orders = new Microservice(stack, 'Orders', { platform, image: source('orders', ['get-items']) });
orders.bind(Binding.readWrite(store));
const customers = new Microservice(stack, 'Customers', { platform, image: source('customers') });
const view = new Microservice(stack, 'View', { platform, image: source('view') });
const timeout = Duration.seconds(2);
view.bind(Binding.call(orders, { timeout }), Binding.call(customers, { timeout }));
edge.route('GET /view/{id}', view, { public: 'it is measured' });
