/**
 * `curl` and `wget` as far as health checks use them. The machine's own would not know the task's network; this one is
 * a Node process of the task like any other. The first argument is `curl` or `wget`.
 */
const http: typeof import('node:http') = require('node:http');
const https: typeof import('node:https') = require('node:https');
const { writeFileSync }: typeof import('node:fs') = require('node:fs');

interface Order {
  readonly url: string;
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `-` for standard output. */
  readonly output: string;
  readonly timeoutMs: number;
  readonly tries: number;
  /** Whether a status of 400 and above is a failure. */
  readonly fails: boolean;
  readonly follows: boolean;
  readonly headOnly?: boolean;
  /** Printed after the answer. */
  readonly format?: string;
}

/** What an option changes. */
type Option = (value: string, order: Order) => Partial<Order>;

const [, , tool = 'curl', ...args] = process.argv;
const isCurl = tool === 'curl';

const nothing: Option = () => ({});
const method: Option = (value) => ({ method: value });
const output: Option = (value) => ({ output: value });
const format: Option = (value) => ({ format: value });
const seconds: Option = (value) => ({ timeoutMs: Number(value) * 1000 });
const header: Option = (value, { headers }) => {
  const [name = '', ...rest] = value.split(':');
  return { headers: { ...headers, [name.trim()]: rest.join(':').trim() } };
};
const body: Option = (value, order) => ({ body: value, method: order.method ?? 'POST' });

const IGNORED = '-s -S -q -v -k -nv -4 --silent --show-error --quiet --insecure --no-verbose --no-check-certificate';
const FLAGS: Readonly<Record<string, Option>> = {
  ...Object.fromEntries([...IGNORED.split(' '), '--retry-connrefused'].map((name) => [name, nothing])),
  '-f': () => ({ fails: true }),
  '--fail': () => ({ fails: true }),
  '-L': () => ({ follows: true }),
  '--location': () => ({ follows: true }),
  '-I': () => ({ headOnly: true }),
  '--head': () => ({ headOnly: true }),
  '--spider': () => ({ headOnly: true }),
};
const VALUES: Readonly<Record<string, Option>> = isCurl
  ? {
      '-o': output,
      '--output': output,
      '-X': method,
      '--request': method,
      '-H': header,
      '--header': header,
      '-d': body,
      '--data': body,
      '-m': seconds,
      '--max-time': seconds,
      '--connect-timeout': nothing,
      '--retry': (value) => ({ tries: Number(value) + 1 }),
      '--retry-delay': nothing,
      '-w': format,
      '--write-out': format,
    }
  : {
      '-O': output,
      '--output-document': output,
      '-T': seconds,
      '--timeout': seconds,
      '-t': (value) => ({ tries: Number(value) }),
      '--tries': (value) => ({ tries: Number(value) }),
      '--header': header,
      '--post-data': body,
    };

function readOrder(): Order {
  let order: Order = {
    url: '',
    headers: { 'user-agent': tool, accept: '*/*' },
    output: isCurl ? '-' : '/dev/null',
    timeoutMs: 60_000,
    tries: 1,
    fails: !isCurl,
    follows: !isCurl,
  };
  const left = args.flatMap(apart);
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    const [name = '', given] = /^(--[\w-]+)=([\s\S]*)$/.exec(next)?.slice(1) ?? [next];
    if (VALUES[name]) order = { ...order, ...VALUES[name](given ?? left.shift() ?? '', order) };
    else if (FLAGS[name]) order = { ...order, ...FLAGS[name]('', order) };
    else if (next.startsWith('-')) fail(2, `option ${next}: is unknown to the ${tool} of the twin`);
    else order = { ...order, url: next.includes('://') ? next : `http://${next}` };
  }
  return order;
}

/** `-fsSo/dev/null` is four options, the last with its value. */
function apart(word: string): string[] {
  if (!/^-[a-zA-Z0-9]./.test(word) || FLAGS[word]) return [word];
  const first = word.slice(0, 2);
  return VALUES[first] ? [first, word.slice(2)] : [first, ...apart(`-${word.slice(2)}`)];
}

function fail(code: number, text: string): never {
  process.stderr.write(`${tool}: ${isCurl ? `(${code}) ` : ''}${text}\n`);
  process.exit(code);
}

function ask(order: Order, url: URL, redirects: number): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(
      url,
      { method: order.method ?? (order.headOnly ? 'HEAD' : 'GET'), headers: order.headers, agent: false },
      (response) => {
        const { location } = response.headers;
        const status = response.statusCode ?? 0;
        if (order.follows && location && status >= 300 && status < 400 && redirects < 20) {
          response.resume();
          resolve(ask(order, new URL(location, url), redirects + 1));
          return;
        }
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status, body: Buffer.concat(chunks) }));
        response.on('error', reject);
      },
    );
    request.setTimeout(order.timeoutMs, () =>
      request.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })),
    );
    request.on('error', reject);
    request.end(order.body);
  });
}

async function main(): Promise<void> {
  const order = readOrder();
  for (let tried = 1; ; tried++) {
    try {
      const { status, body } = await ask(order, new URL(order.url), 0);
      if (order.fails && status >= 400) {
        if (tried < order.tries) continue;
        fail(isCurl ? 22 : 8, `The requested URL returned error: ${status}`);
      }
      if (order.output === '-') process.stdout.write(body);
      else writeFileSync(order.output, body);
      if (order.format)
        process.stdout.write(order.format.replaceAll('%{http_code}', String(status)).replaceAll('\\n', '\n'));
      return;
    } catch (error) {
      if (tried < order.tries) continue;
      const { code = '', message } = error as NodeJS.ErrnoException;
      const curl = { ETIMEDOUT: 28, ENOTFOUND: 6, ERR_INVALID_URL: 3 }[code] ?? 7;
      fail(isCurl ? curl : 4, `${order.url}: ${message}`);
    }
  }
}

void main();
