// A twin in a process of its own, so that its CPU is not counted with anybody else's.
import { startTwin } from '../../twin/twin.ts';

const [, , assembly, data] = process.argv;
const twin = await startTwin({ assembly: assembly!, data: data!, port: 0 });

process.on('message', async (command: string[]) => {
  const tell = (text: string): void => void process.send!(text.trim());
  const output = { stdout: tell, stderr: (text: string) => void process.stderr.write(text) };
  await twin.run({ service: 'orders', command }, output, AbortSignal.timeout(120_000));
});
process.once('disconnect', () => void twin.down());
process.send!(Object.values(twin.status().urls)[0]);
