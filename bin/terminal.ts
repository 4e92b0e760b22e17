import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colour on a terminal, plain text in a pipe; NO_COLOR and FORCE_COLOR are honoured. */
export const paint = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

/** A line of progress: the step, its result, how long it took. */
export function progressLine(step: string, text: string, milliseconds?: number): string {
  const took = milliseconds === undefined ? '' : `${(milliseconds / 1000).toFixed(1)} s`;
  return `  ${paint('bold', step.padEnd(12))} ${took ? text.padEnd(66) : text} ${paint('dim', took)}`.trimEnd();
}

/** `14:02:11` of a time stamp, in local time; with the date if that is not today's. */
export function clock(at: string, now = new Date()): string {
  const date = new Date(at);
  const time = date.toTimeString().slice(0, 8);
  return date.toDateString() === now.toDateString() ? time : `${date.toDateString().slice(4, 10)} ${time}`;
}
