import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  type ContextManager,
  context,
  ROOT_CONTEXT,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';

/** Keeps the API's active context across asynchronous calls. */
class AsyncContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    work: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(active, self === undefined ? work : work.bind(self), ...args) as ReturnType<F>;
  }

  bind<T>(active: Context, target: T): T {
    if (typeof target !== 'function') return target;
    const storage = this.#storage;
    return function (this: unknown, ...args: unknown[]) {
      return storage.run(active, () => target.apply(this, args));
    } as T;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}

/**
 * Makes a provider that of this process, so that libraries that use the OpenTelemetry API join in; the returned
 * function undoes it. A provider already registered, such as the SDK's, stays.
 */
export function registerTracing(provider: TracerProvider): () => void {
  const manager = new AsyncContextManager();
  const managing = context.setGlobalContextManager(manager);
  const providing = trace.setGlobalTracerProvider(provider);
  return () => {
    if (providing) trace.disable();
    if (managing) context.disable();
  };
}
