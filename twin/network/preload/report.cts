import type { TaskReport } from '../task-network.ts';
import type { View } from './view.cts';

/** Reports to the twin; never fails, even if the twin is gone. */
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
    // The twin closes the socket once it has read the report, so it knows before the application does.
    .on('close', () => done())
    .setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.connect({ path }).resume();
  socket.end(`${JSON.stringify({ task, ...report })}\n`);
}

module.exports = { tell } satisfies Report;
