/** Reports a finished step of the start: `catalog`, `2 of 2 tasks healthy`, and how long it took. */
export type Progress = (step: string, text: string, milliseconds?: number) => void;
