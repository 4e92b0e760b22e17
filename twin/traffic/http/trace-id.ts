import { randomFillSync } from 'node:crypto';

/** Random bytes are fetched by the page: a few at a time would cost more than all else an id needs. */
const page = Buffer.allocUnsafe(8192);
let used = page.length;

/** The offset of so many unused bytes in the page. */
function unused(bytes: number): number {
  if (used + bytes > page.length) {
    randomFillSync(page);
    used = 0;
  }
  used += bytes;
  return used - bytes;
}

/** A new root of an X-Ray trace: `1-67891233-abcdef012345678912345678`. */
export const newTraceId = (): string => {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const from = unused(12);
  return `1-${seconds}-${page.toString('hex', from, from + 12)}`;
};

/** An id as API Gateway gives each request: `JKJaXmPLvHcESHA=`. */
export const newRequestId = (): string => {
  const from = unused(11);
  return page.toString('base64', from, from + 11);
};
