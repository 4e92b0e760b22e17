import { join, relative } from 'node:path';
import { pack } from './package/pack.ts';

/** `npm run pack`: the package as it is published. */
const { tarball, files, bytes, bytesUnpacked } = pack(join(import.meta.dirname, '..'));
const kilobytes = (count: number): string => `${Math.round(count / 1000)} kB`;
console.log(`${relative('', tarball)}: ${files} files, ${kilobytes(bytes)}, ${kilobytes(bytesUnpacked)} unpacked`);
