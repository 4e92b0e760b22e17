import { Token } from 'aws-cdk-lib';

const steps = (from: number, to: number, step: number): readonly number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

const listed = (sizes: readonly number[]): string =>
  sizes.length > 4 ? `${sizes.slice(0, 3).join(', ')} and so on to ${sizes.at(-1)}` : sizes.join(', ');

/** CPU units of a task → the memory in MiB that Fargate gives with them. */
const MEMORY: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: steps(1024, 4096, 1024),
  1024: steps(2048, 8192, 1024),
  2048: steps(4096, 16384, 1024),
  4096: steps(8192, 30720, 1024),
  8192: steps(16384, 61440, 4096),
  16384: steps(32768, 122880, 8192),
};

/** What is wrong with the size of a task, if Fargate has none such. */
export function wrongFargateSize(cpu: number, memory: number): string | undefined {
  if (Token.isUnresolved(cpu) || Token.isUnresolved(memory)) return undefined;
  const allowed = MEMORY[cpu];
  if (!allowed) return `cpu must be a size that Fargate has, got ${cpu}; use one of ${Object.keys(MEMORY).join(', ')}`;
  if (allowed.includes(memory)) return undefined;
  return `memory must be one that Fargate gives with cpu ${cpu}, got ${memory}; use ${listed(allowed)}`;
}
