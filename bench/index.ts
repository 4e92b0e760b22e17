import { printTable, type Row } from './table.ts';

/** All benches by name; each also runs alone: `node bench/<name>.ts`. */
const benches: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  service: async () => (await import('./service.ts')).service(),
  bff: async () => (await import('./bff.ts')).bff(),
  policies: async () => (await import('./policies.ts')).policies(),
  boot: async () => (await import('./boot.ts')).boot(),
  users: async () => (await import('./users.ts')).users(),
  edge: async () => (await import('./edge.ts')).edge(),
  heap: async () => (await import('./heap.ts')).heap(100_000),
  balance: async () => (await import('./balance.ts')).balance(),
  telemetry: async () => (await import('./telemetry.ts')).telemetry(),
  line: async () => (await import('./line.ts')).line(),
};

/** Benches of what the chassis promises; the others show where time goes. */
const PROMISES = ['service', 'bff', 'policies', 'boot', 'users', 'edge', 'heap'];

const asked = process.argv.slice(2);
for (const name of asked) {
  if (benches[name] === undefined) {
    console.error(`no such bench, got '${name}'; name any of ${Object.keys(benches).join(', ')}`);
    process.exit(2);
  }
}
const began = performance.now();
const rows: Row[] = [];
for (const name of asked.length > 0 ? asked : PROMISES) {
  process.stderr.write(`${name} … `);
  rows.push(...(await benches[name]!()));
}
process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0)} s\n\n`);
printTable(rows);
