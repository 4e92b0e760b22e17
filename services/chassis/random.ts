/** A number from 0 up to, but not including, 1; injected, so that a test can predict it. */
export type Random = () => number;

/** The machine's own randomness. */
export const machineRandom: Random = () => Math.random();
