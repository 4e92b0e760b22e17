import { parseArgs } from 'node:util';
import { type Call, ExitCode } from './command.ts';
import { bringUp } from './commands/up.ts';
import { interruption } from './interruption.ts';

/** `npm start`: the shop's stage dev, with products in it. */
const { values } = parseArgs({
  options: { port: { type: 'string' }, data: { type: 'string' }, fresh: { type: 'boolean' } },
});
const call: Call = { words: [], rest: [], options: { ...values, stage: 'dev' }, signal: interruption() };

bringUp(call, async (twin, progress) => {
  const began = performance.now();
  const said: string[] = [];
  const hear = (text: string): void => void said.push(text);
  const code = await twin.run(
    { service: 'catalog', command: ['node', 'seed.js'] },
    { stdout: hear, stderr: hear },
    call.signal,
  );
  if (code !== 0) throw new Error(`the seed task of catalog ended with exit code ${code}: ${said.join('').trim()}`);
  progress('seed', 'products are there', performance.now() - began);
}).then(
  (code) => process.exit(code === ExitCode.interrupted ? ExitCode.ok : code),
  (error: Error) => {
    console.error(`mosaic: ${error.message}`);
    process.exit(ExitCode.failed);
  },
);
