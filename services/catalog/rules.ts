/** Products on a page unless the caller says otherwise. */
const PAGE_SIZE = 20;

/** How many products to put on a page. */
export const pageSize = (asked: number | undefined): number => asked ?? PAGE_SIZE;

/** What callers send back to get the page after this product. Opaque, so that paging can change without them. */
export const cursorAfter = (productId: string): string => Buffer.from(`after:${productId}`).toString('base64url');

/** The product a cursor points behind; undefined for a cursor we did not issue. */
export const productBefore = (cursor: string): string | undefined =>
  /^after:([a-z0-9-]{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
