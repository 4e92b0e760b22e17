import { type Context, context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';

/** The key under which the API keeps a span in a context; it is private, so a spy finds it out. */
function spanKey(): symbol {
  let asked: symbol | undefined;
  const spy: Context = {
    getValue(key) {
      asked = key;
    },
    setValue: () => spy,
    deleteValue: () => spy,
  };
  trace.getSpan(spy);
  return asked!;
}

const SPAN = spanKey();

/** A context of the OpenTelemetry API that holds one span and nothing else: a tenth of the cost of the API's own. */
export class SpanScope implements Context {
  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
  }

  getValue(key: symbol): unknown {
    return key === SPAN ? this.#span : undefined;
  }

  setValue(key: symbol, value: unknown): Context {
    return trace.setSpan(ROOT_CONTEXT, this.#span).setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return trace.setSpan(ROOT_CONTEXT, this.#span).deleteValue(key);
  }

  /** Runs `work` with this span as the API's active one, also after an `await`. */
  run<T>(work: () => T): T {
    return context.with(this, work);
  }
}
