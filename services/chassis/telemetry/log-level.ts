/** From what only a developer wants to know to what should wake somebody. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;

/** How much a line matters. */
export type LogLevel = (typeof logLevels)[number];

/** Whether a line of this level is written where the log is set to `least`. */
export const atLeast = (level: LogLevel, least: LogLevel): boolean => RANKS[level] >= RANKS[least];

const RANKS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
