import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Seat } from '../../../twin/network/network.ts';
import { joinNodeOptions } from '../../../twin/tasks/node-flags.ts';
import { atEnd } from '../at-end.ts';

/** Runs code as a process of a task; gives what it says with `say(value)` last. */
export async function evaluate<T = unknown>(seat: Seat, code: string): Promise<T> {
  const child = task(seat, code);
  let last = 'null';
  createInterface(child.stdout!).on('line', (line) => (last = line));
  const [exitCode] = await once(child, 'close');
  if (exitCode !== 0) throw new Error(`a process of ${seat.id} exited with ${exitCode}`);
  return JSON.parse(last);
}

/** Starts code as a process of a task; gives what it says first. It ends with the test. */
export async function start<T = unknown>(seat: Seat, code: string): Promise<T> {
  const child = task(seat, code);
  const lines = createInterface(child.stdout!);
  const [line] = await Promise.race([once(lines, 'line'), once(child, 'close')]);
  if (typeof line !== 'string') throw new Error(`a process of ${seat.id} ended before it said anything`);
  return JSON.parse(line);
}

/** Another Node than this one can be put under test. */
const node = process.env.TASK_NODE ?? process.execPath;

const PRELUDE = `
  import http from 'node:http';
  import net from 'node:net';
  import dns from 'node:dns';
  const say = (value) => console.log(JSON.stringify(value));
  const attempt = async (work) => {
    try { return await work(); } catch (error) { const { code, message, syscall } = error.cause ?? error; return { code, message, syscall }; }
  };
  const connected = (...args) => new Promise((resolve, reject) => {
    const socket = net.connect(...args).on('error', reject).on('connect', () => { socket.destroy(); resolve('connected'); });
  });
  const text = async (url) => (await fetch(url)).text();
  const listening = (server, ...args) => new Promise((resolve, reject) =>
    server.on('error', reject).listen(...args, () => resolve(server.address())));
`;

function task(seat: Seat, code: string): ChildProcess {
  const child = spawn(node, ['--input-type=module', '--eval', PRELUDE + code], {
    env: { ...seat.environment, NODE_OPTIONS: joinNodeOptions(seat.nodeOptions), PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  atEnd(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  return child;
}
