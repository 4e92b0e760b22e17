/** Ports from the first to the last, both included. */
export type PortRange = readonly [first: number, last: number];

export const ALL_PORTS: PortRange = [0, 65_535];

/** Whether one of the ranges holds the port. */
export const includesPort = (ranges: readonly PortRange[], port: number): boolean =>
  ranges.some(([first, last]) => first <= port && port <= last);

/** The ports both sides have, in order and without overlaps. */
export function commonPorts(some: readonly PortRange[], others: readonly PortRange[]): PortRange[] {
  const common = some.flatMap(([first, last]) =>
    others
      .map(([from, to]): PortRange => [Math.max(first, from), Math.min(last, to)])
      .filter(([from, to]) => from <= to),
  );
  return joined(common);
}

function joined(ranges: readonly PortRange[]): PortRange[] {
  const result: PortRange[] = [];
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const previous = result.at(-1);
    if (previous && first <= previous[1] + 1) result[result.length - 1] = [previous[0], Math.max(previous[1], last)];
    else result.push([first, last]);
  }
  return result;
}
