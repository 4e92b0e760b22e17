/** A number from 0 up to, but not including, 1; handed in so that a test can foretell it. */
export type Random = () => number;

/** The machine's own chance. */
export const machineRandom: Random = () => Math.random();
