import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type ListenerAction, refusedAction } from '../../../../system/resources/listener-action.ts';
import type { ListenerRule, RuleCondition } from '../../../../system/resources/listener-rule.ts';
import type { TargetGroup } from '../../../../system/resources/target-group.ts';
import type { TaskSeat } from '../../../../twin/network/task-seat.ts';
import { type Balancer, openBalancer } from '../../../../twin/traffic/balancer/balancer.ts';
import { until } from '../../../until.ts';
import { atEnd, closeAll } from '../../at-end.ts';
import { ManualClock } from '../../manual-clock.ts';
import { MemoryNetwork } from '../../network/memory-network.ts';
import { service } from '../../network/small-network.ts';
import { resource } from '../../resource.ts';
import { serve } from '../../served.ts';
import { forwardTo, listenerData, loadBalancerData, targetGroupData } from '../small-traffic.ts';

afterEach(closeAll);

const fixed = (body: string): ListenerAction => ({ kind: 'fixed-response', status: 200, contentType: undefined, body });

const rule = (priority: number, conditions: RuleCondition[], action: ListenerAction): ListenerRule => ({
  listener: 'Http',
  priority,
  conditions,
  actions: [action],
});

interface Setup {
  readonly actions?: readonly ListenerAction[];
  readonly rules?: readonly ListenerRule[];
  readonly group?: Partial<TargetGroup>;
  readonly idleTimeoutSeconds?: number;
  readonly dropsInvalidHeaders?: boolean;
  /** Why the listener answers 501 to everything. */
  readonly refused?: string;
}

const setUp = async (setup: Setup = {}) => {
  const { actions, rules = [], group, idleTimeoutSeconds = 60, dropsInvalidHeaders = false, refused } = setup;
  const network = new MemoryNetwork();
  const clock = new ManualClock();
  const balancer: Balancer = await openBalancer({
    network,
    clock,
    loadBalancer: resource('Balancer', loadBalancerData({ idleTimeoutSeconds, dropsInvalidHeaders })),
    listeners: [resource('Http', listenerData({ refused, ...(actions && { actions }) }))],
    rules: rules.map((data, index) => resource(`Rule${index}`, data)),
    targetGroups: [resource('Shop', targetGroupData(group)), resource('Other', targetGroupData())],
    vpcAddress: '10.0.0.9',
  });
  atEnd(() => balancer.close());
  const exposed = await balancer.expose(0, undefined);
  atEnd(() => exposed.close());
  const url = `http://127.0.0.1:${exposed.real[1]}`;
  const text = async (path = '/', init?: RequestInit): Promise<string> => (await fetch(url + path, init)).text();

  /** A task behind a target group; it tells its name unless told otherwise. */
  const task = async (name: string, handle?: RequestListener, targetGroup = 'Shop'): Promise<TaskSeat> => {
    const seat = await network.seat(service('shop', { targets: [{ targetGroup, port: 8080 }] }), name);
    const listener: RequestListener = (request, response) => {
      if (request.url === '/health') response.end();
      else if (handle === undefined) response.end(name);
      else handle(request, response);
    };
    seat.places.set(8080, await serve(listener));
    balancer.attach(seat);
    seat.run();
    return seat;
  };
  const healthy = async (seat: TaskSeat, targetGroup = 'Shop'): Promise<TaskSeat> => {
    await until(() => seat.health(targetGroup) === true);
    return seat;
  };
  return { network, clock, balancer, url, text, task, healthy };
};

describe('balancer', () => {
  it('answers at its address and DNS name inside the network', async () => {
    const { network, balancer, task, healthy } = await setUp();
    await healthy(await task('a'));
    expect(network.names.get('balancer.elb.amazonaws.com')).toBe(balancer.member.address);
    const [, port] = network.published.get(`${balancer.member.address}:80`)!;
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('a');
  });

  it('takes healthy tasks in turns and leaves draining ones alone', async () => {
    const { text, task, healthy } = await setUp();
    const a = await healthy(await task('a'));
    await healthy(await task('b'));
    expect([await text(), await text(), await text(), await text()]).toEqual(['a', 'b', 'a', 'b']);
    a.drain();
    expect([await text(), await text()]).toEqual(['b', 'b']);
  });

  it('lets a request in flight end on a task that drains', async () => {
    let finish: (() => void) | undefined;
    const { text, task, healthy } = await setUp();
    const seat = await healthy(
      await task('a', (_, response) => {
        finish = () => response.end('done');
      }),
    );
    const answer = text();
    await until(() => finish !== undefined);
    seat.drain();
    finish?.();
    expect(await answer).toBe('done');
  });

  it('answers 503 without tasks, and with a task that has not answered a check yet', async () => {
    const { network, balancer, url } = await setUp();
    expect((await fetch(url)).status).toBe(503);
    const targets = [{ targetGroup: 'Shop', port: 8080 }];
    const booting = await network.seat(service('shop', { targets }), 'a');
    balancer.attach(booting);
    booting.run();
    const answer = await fetch(url);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('server')).toBe('awselb/2.0');
    expect(await answer.text()).toContain('503 Service Temporarily Unavailable');
  });

  it('fails open: where all tasks are unhealthy, all get requests', async () => {
    const { text, task, healthy } = await setUp();
    const [a, b] = [await healthy(await task('a')), await healthy(await task('b'))];
    a.report('Shop', false);
    expect(await text()).toBe('b');
    b.report('Shop', false);
    expect(new Set([await text(), await text()])).toEqual(new Set(['a', 'b']));
  });

  it('answers 502 for a task that is gone or breaks off, 504 for one that is silent or out of reach', async () => {
    const gone = await setUp();
    const seat = await gone.healthy(await gone.task('a'));
    seat.places.delete(8080);
    expect((await fetch(gone.url)).status).toBe(502);

    const rude = await setUp();
    await rude.healthy(await rude.task('a', (request) => request.socket.destroy()));
    expect((await fetch(rude.url)).status).toBe(502);

    const slow = await setUp({ idleTimeoutSeconds: 0.05 });
    await slow.healthy(await slow.task('a', () => {}));
    expect((await fetch(slow.url)).status).toBe(504);

    const walled = await setUp();
    const denied = await walled.task('a');
    await walled.healthy(denied);
    walled.network.denied.add('dev/Edge/Balancer shop:8080');
    expect((await fetch(walled.url)).status).toBe(504);
    expect(walled.network.denials).toEqual(['dev/Edge/Balancer shop:8080']);
  });

  it('tells targets who asked, how, and in which trace', async () => {
    let seen: IncomingHttpHeaders = {};
    const { url, task, healthy } = await setUp();
    await healthy(
      await task('a', (request, response) => {
        seen = request.headers;
        response.end();
      }),
    );
    await fetch(url);
    expect(seen).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '80',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      host: url.slice('http://'.length),
    });
    await fetch(url, { headers: { 'x-forwarded-for': '9.9.9.9', 'x-amzn-trace-id': 'Root=1-0-0' } });
    expect(seen['x-forwarded-for']).toBe('9.9.9.9, 127.0.0.1');
    expect(seen['x-amzn-trace-id']).toMatch(/^Self=1-.+;Root=1-0-0$/);
  });

  it('gives a request to the task with the fewest under way where the group asks for it', async () => {
    const { text, task, healthy } = await setUp({ group: { algorithm: 'least_outstanding_requests' } });
    let waiting = 0;
    await healthy(
      await task('slow', () => {
        waiting += 1;
      }),
    );
    await healthy(await task('fast'));
    const stuck = new AbortController();
    const first = text('/', { signal: stuck.signal }).catch(() => '');
    const second = text('/', { signal: stuck.signal }).catch(() => '');
    await until(() => waiting === 1);
    for (let i = 0; i < 4; i += 1) expect(await text()).toBe('fast');
    expect(waiting).toBe(1);
    stuck.abort();
    await Promise.all([first, second]);
  });

  it('says per target group why a task is not healthy, and nothing for groups of other balancers', async () => {
    const { network, balancer } = await setUp();
    const targets = [
      { targetGroup: 'Shop', port: 8080 },
      { targetGroup: 'Other', port: 9090 },
    ];
    const seat = await network.seat(service('shop', { targets }), 'a');
    seat.places.set(8080, await serve((_, response) => response.writeHead(503).end()));
    network.denied.add('dev/Edge/Balancer shop:9090');
    balancer.attach(seat);
    seat.run();
    await until(() => targets.every(({ targetGroup }) => balancer.problem(seat, targetGroup) !== undefined));
    expect(['Shop', 'Other', 'Elsewhere'].map((targetGroup) => balancer.problem(seat, targetGroup))).toEqual([
      { why: 'Health checks failed with these codes: [503]', final: false },
      { why: 'security groups do not let the balancer in', final: true },
      undefined,
    ]);
  });

  it('shares requests between weighted target groups in proportion', async () => {
    const { text, task, healthy } = await setUp({ actions: [forwardTo(['Shop', 3], ['Other', 1])] });
    await healthy(await task('old'));
    await healthy(await task('new', undefined, 'Other'), 'Other');
    const answers = [];
    for (let i = 0; i < 8; i += 1) answers.push(await text());
    expect(answers.filter((answer) => answer === 'new')).toHaveLength(2);
  });

  it('redirects with parts of the request', async () => {
    const redirect: ListenerAction = {
      kind: 'redirect',
      status: 301,
      protocol: 'HTTPS',
      host: '#{host}',
      port: '443',
      path: '/#{path}',
      query: '#{query}',
    };
    const { url } = await setUp({ actions: [redirect] });
    const answer = await fetch(`${url}/a/b?c=d`, { redirect: 'manual' });
    expect(answer.status).toBe(301);
    expect(answer.headers.get('location')).toBe('https://127.0.0.1:443/a/b?c=d');
  });

  it('says so where a listener asks for what the twin cannot do', async () => {
    const { url } = await setUp({ actions: [] });
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([501, expect.stringContaining('Edge/Http')]);
  });

  it.each([
    ['a guard it has not', { actions: [refusedAction('no OIDC here', [forwardTo(['Shop', 1])])] }, 'no OIDC here'],
    [
      'certificates of clients',
      { refused: 'no certificates here', rules: [rule(1, [], fixed('past'))] },
      'no certificates',
    ],
    ['a target group it cannot serve', { actions: [forwardTo(['Grpc', 1])] }, 'sends no requests to Grpc'],
  ])('answers 501 where it would need %s, and no task hears of it', async (_, setup, why) => {
    let heard = 0;
    const answering: RequestListener = (__, response) => {
      heard += 1;
      response.end();
    };
    const guarded = await setUp(setup);
    await guarded.healthy(await guarded.task('a', answering));
    const answer = await fetch(guarded.url);
    expect([answer.status, await answer.text(), heard]).toEqual([501, expect.stringContaining(why), 0]);

    const open = await setUp();
    await open.healthy(await open.task('a', answering));
    expect([(await fetch(open.url)).status, heard]).toEqual([200, 1]);
  });

  it('drops headers of invalid names where it is told to, and only there', async () => {
    const seen = async (dropsInvalidHeaders: boolean): Promise<readonly (string | undefined)[]> => {
      let headers: IncomingHttpHeaders = {};
      const { url, task, healthy } = await setUp({ dropsInvalidHeaders });
      await healthy(
        await task('a', (request, response) => {
          headers = request.headers;
          response.end();
        }),
      );
      await fetch(url, { headers: { x_user: 'forged', 'x.user': 'forged', 'X-User-1': 'fine' } });
      return ['x_user', 'x.user', 'x-user-1'].map((name) => headers[name] as string | undefined);
    };
    expect(await seen(true)).toEqual([undefined, undefined, 'fine']);
    expect(await seen(false)).toEqual(['forged', 'forged', 'fine']);
  });

  it('lets in only members that its security groups allow', async () => {
    const { network, balancer } = await setUp({ actions: [fixed('in')] });
    const link = network.join({ id: 'link', name: 'link', path: 'link', groups: [], vpcAddress: undefined });
    expect(balancer.entrance('Http')!.admits(link)).toBe(true);
    const stranger = network.join({ id: 'x', name: 'stranger', path: 'x', groups: [], vpcAddress: undefined });
    network.denied.add('stranger dev/Edge/Balancer:80');
    expect(balancer.entrance('Http')!.admits(stranger)).toBe(false);

    const exposed = await balancer.expose(0, stranger);
    atEnd(() => exposed.close());
    const answer = await fetch(`http://127.0.0.1:${exposed.real[1]}`);
    expect([answer.status, await answer.text()]).toEqual([504, expect.stringContaining('do not let stranger in')]);
  });
});

describe('listener rules', () => {
  const ask = async (rules: ListenerRule[], path: string, init?: RequestInit): Promise<string> => {
    const { text } = await setUp({ actions: [fixed('default')], rules });
    return text(path, init);
  };

  it('lets the lowest priority win, whatever the order of the template', async () => {
    const all: RuleCondition[] = [{ field: 'path-pattern', values: ['/a/*'] }];
    const rules = [rule(20, all, fixed('second')), rule(10, all, fixed('first'))];
    expect(await ask(rules, '/a/x')).toBe('first');
    expect(await ask(rules, '/b')).toBe('default');
  });

  it.each([
    ['/catalog/*', '/catalog/1/x', true],
    ['/catalog/*', '/catalog', false],
    ['/catalog/*', '/Catalog/1', false],
    ['/v?/x', '/v2/x', true],
    ['/v?/x', '/v10/x', false],
    ['*.png', '/a/b.png?size=2', true],
    ['/a.b', '/aXb', false],
  ])('matches the path pattern %s against %s: %s', async (pattern, path, matches) => {
    const rules = [rule(1, [{ field: 'path-pattern', values: ['/never', pattern] }], fixed('rule'))];
    expect(await ask(rules, path)).toBe(matches ? 'rule' : 'default');
  });

  it('wants all conditions of a rule', async () => {
    const rules = [
      rule(
        1,
        [
          { field: 'http-request-method', values: ['POST'] },
          { field: 'http-header', name: 'X-Version', values: ['V2*'] },
          { field: 'query-string', values: [{ key: 'beta', value: 'y*' }] },
          { field: 'host-header', values: ['127.0.0.?'] },
          { field: 'source-ip', values: ['127.0.0.0/8'] },
        ],
        fixed('rule'),
      ),
    ];
    const headers = { 'x-version': 'v2.1' };
    expect(await ask(rules, '/?beta=yes', { method: 'POST', headers })).toBe('rule');
    expect(await ask(rules, '/?beta=yes', { method: 'PUT', headers })).toBe('default');
    expect(await ask(rules, '/?beta=no', { method: 'POST', headers })).toBe('default');
    expect(await ask(rules, '/?beta=yes', { method: 'POST' })).toBe('default');
  });

  it('never matches by a condition it does not know, whatever the others say', async () => {
    const path: RuleCondition = { field: 'path-pattern', values: ['/a'] };
    expect(await ask([rule(1, [path, { field: 'unknown' }], fixed('rule'))], '/a')).toBe('default');
    expect(await ask([rule(1, [{ field: 'unknown' }], fixed('rule'))], '/a')).toBe('default');
    expect(await ask([rule(1, [path], fixed('rule'))], '/a')).toBe('rule');
  });

  it('matches addresses by range', async () => {
    const rules = [rule(1, [{ field: 'source-ip', values: ['10.0.0.0/8'] }], fixed('rule'))];
    expect(await ask(rules, '/')).toBe('default');
  });
});
