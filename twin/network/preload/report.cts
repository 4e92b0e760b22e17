import type { TaskReport } from '../../plan/task-network.ts';
import type { View } from './view.cts';

/** Tells the twin something. A twin that does not listen is no reason to fail. */
export interface Report {
  tell(report: Told, done?: () => void): void;
}

type Told = TaskReport extends infer Each ? (Each extends TaskReport ? Omit<Each, 'task'> : never) : never;

const { Socket } = require('node:net') as typeof import('node:net');
const { current } = require('./view.cjs') as View;

const PATIENCE_MS = 1000;

function tell(report: Told, done: () => void = () => {}): void {
  const { task, report: path } = current();
  const socket = new Socket();
  socket
    .on('error', () => {})
    // Closed by the twin once it has heard: what the application learns next, the twin knows already.
    .on('close', () => done())
    .setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.connect({ path }).resume();
  socket.end(`${JSON.stringify({ task, ...report })}\n`);
}

module.exports = { tell } satisfies Report;
