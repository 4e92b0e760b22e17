import { randomUUID } from 'node:crypto';

const hex = (): string => randomUUID().replaceAll('-', '');

/** A new root of an X-Ray trace: `1-67891233-abcdef012345678912345678`. */
export const newTraceId = (): string => {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `1-${seconds}-${hex().slice(8)}`;
};

/** An id as API Gateway gives each request: `JKJaXmPLvHcESHA=`. */
export const newRequestId = (): string => Buffer.from(hex().slice(0, 22), 'hex').toString('base64');
