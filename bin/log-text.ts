import type { LogEntry } from '../twin/tasks/log-store.ts';
import { clock, paint } from './terminal.ts';

const LEVEL_STYLE = { error: 'red', fatal: 'red', warn: 'yellow', debug: 'dim', trace: 'dim' } as const;

/** A task's line for people: a JSON line becomes its message and details, any other line stays as it is. */
export function logText({ at, service, task, line }: LogEntry): string {
  const head = `${clock(at)}  ${paint('cyan', `${service}/${task.slice(0, 4)}`)}  `;
  const said = parsed(line);
  if (!said) return head + line;
  const { level = 'info', msg, message, time, service: _, stage, ...rest } = said;
  const style = LEVEL_STYLE[String(level) as keyof typeof LEVEL_STYLE];
  const details = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const text = `${level} ${msg ?? message ?? ''}`;
  return `${head}${style ? paint(style, text) : text} ${paint('dim', details.join(' '))}`.trimEnd();
}

function parsed(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
