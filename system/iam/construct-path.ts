/** Path of the construct people wrote, from that of the resource inside it. */
export const constructPath = (path: string): string => path.replace(/\/Resource$/, '');
