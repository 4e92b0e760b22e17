/** Writes values in DER, the encoding of certificates: a tag, a length, the content. */
function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size: number[] = [];
  for (let rest = content.length; rest > 0; rest >>= 8) size.unshift(rest & 0xff);
  const length = content.length < 0x80 ? [content.length] : [0x80 | size.length, ...size];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/** A list of values. */
export const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, ...parts);

/** A set of values. */
export const set = (...parts: readonly Buffer[]): Buffer => tagged(0x31, ...parts);

/** A small number, or the bytes of a large positive one. */
export const integer = (value: number | Buffer): Buffer =>
  tagged(0x02, typeof value === 'number' ? Buffer.from([value]) : value);

/** True or false. */
export const boolean = (value: boolean): Buffer => tagged(0x01, Buffer.from([value ? 0xff : 0]));

/** Bits; the last `unused` ones do not count. */
export const bitString = (bits: Buffer, unused: number): Buffer => tagged(0x03, Buffer.from([unused]), bits);

/** Bytes. */
export const octets = (bytes: Buffer): Buffer => tagged(0x04, bytes);

/** Text. */
export const utf8 = (text: string): Buffer => tagged(0x0c, Buffer.from(text, 'utf8'));

/** A time, to the second. */
export const time = (date: Date): Buffer =>
  tagged(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`, 'latin1'));

/** An object identifier such as `2.5.29.17`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = rest.flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return tagged(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

/** A value wrapped in a context tag. */
export const explicit = (tag: number, value: Buffer): Buffer => tagged(0xa0 | tag, value);

/** Bytes under a context tag of their own. */
export const implicit = (tag: number, bytes: Buffer): Buffer => tagged(0x80 | tag, bytes);
