import type { Run } from '../../assembly/dockerfile.ts';
import { expandWord, splitWords, type Variables } from '../../assembly/dockerfile-words.ts';

/** One command of a `RUN`, variables replaced. */
export interface RunStep {
  readonly words: readonly string[];
  /** The command's environment variables. */
  readonly environment: Variables;
  /** Whether the build continues if it fails: `… || true`. */
  readonly mayFail: boolean;
}

const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/** Reads a `RUN` as a sequence of plain commands; any other shell syntax is an error that names it. */
export function readRunSteps(run: Run): readonly RunStep[] {
  if (run.command.form === 'exec') {
    return [{ words: run.command.words, environment: run.environment, mayFail: false }];
  }
  let environment: Variables = run.environment;
  const steps: RunStep[] = [];
  for (const command of splitCommands(run.command.script)) {
    const mayFail = /\|\|\s*(true|:)\s*$/.test(command);
    const plain = command
      .replace(/\|\|\s*(true|:)\s*$/, '')
      .replace(/(?:[12]|&)?>\s*\/dev\/null|[12]?>&[12]/g, '')
      .trim();
    const foreign = shellSyntax(plain);
    if (foreign) throw new Error(`the twin's builds do not support ${foreign}`);
    const all = splitWords(plain);
    const first = all.findIndex((word) => !ASSIGNMENT.test(word));
    const assigned = all.slice(0, first < 0 ? all.length : first);
    const here = { ...environment, ...assignments(assigned, environment) };
    const words = first < 0 ? [] : all.slice(first).map((word) => expandWord(word, environment));
    if (first < 0) environment = here;
    else if (words[0] === 'export') environment = { ...environment, ...assignments(all.slice(first + 1), environment) };
    else if (words.length > 0) steps.push({ words, environment: here, mayFail });
  }
  return steps;
}

const assignments = (words: readonly string[], variables: Variables): Variables =>
  Object.fromEntries(
    words
      .filter((word) => ASSIGNMENT.test(word))
      .map((word) => {
        const [name = '', ...value] = word.split('=');
        return [name, expandWord(value.join('='), variables)];
      }),
  );

/** Splits at `&&`, `;` and line ends outside quotes, and removes comments. */
function splitCommands(script: string): readonly string[] {
  const commands: string[] = [''];
  for (const [token] of script.matchAll(/"(?:\\.|[^"\\])*"|'[^']*'|\\\n|\\.|(?<![^\s;&])#[^\n]*|&&|[;\n]|[\s\S]/g)) {
    if (token === '&&' || token === ';' || token === '\n') commands.push('');
    else if (!token.startsWith('#') && token !== '\\\n') commands[commands.length - 1] += token;
  }
  return commands.map((command) => command.trim()).filter((command) => command !== '');
}

const KEYWORDS = new Set(['if', 'for', 'while', 'until', 'case', 'function', '{', '!', '[', '[[']);

/** The first shell syntax beyond plain words, or undefined. */
function shellSyntax(command: string): string | undefined {
  const bare = command.replace(/'[^']*'/g, '').replace(/\\./g, '');
  const substitution = /\$\(|`/.exec(bare);
  if (substitution) return `command substitution (${command})`;
  const operator = /[|<>()&]/.exec(bare.replace(/"[^"]*"/g, ''));
  if (operator) return `'${operator[0]}' (${command})`;
  const word = command.split(/\s/)[0]!;
  return KEYWORDS.has(word) ? `'${word}' (${command})` : undefined;
}
