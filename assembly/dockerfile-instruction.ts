import type { Command, Copy, Instruction, Stage } from './dockerfile.ts';
import type { DockerfileLine, Heredoc } from './dockerfile-lines.ts';
import { expandWord, jsonWords, splitWords, takeFlags, type Variables } from './dockerfile-words.ts';

/** What an instruction after `FROM` knows of the lines before it. */
export interface InstructionScope {
  /** `ARG` and `ENV` as they stand at this line. */
  readonly variables: Variables;
  /** An earlier stage, by name or number. */
  stage(name: string): Stage | undefined;
}

/** Understands one instruction; what Docker would not understand is an error. */
export function readInstruction(line: DockerfileLine, scope: InstructionScope): Instruction {
  const { variables } = scope;
  const at = { line: line.line, text: `${line.keyword} ${line.rest}` };
  const expanded = (): string => expandWord(line.rest, variables);
  switch (line.keyword) {
    case 'ENV':
      return { ...at, kind: 'ENV', variables: pairs(line.rest, variables) };
    case 'WORKDIR':
      return { ...at, kind: 'WORKDIR', path: expanded() };
    case 'USER':
      return { ...at, kind: 'USER', user: expanded() };
    case 'STOPSIGNAL':
      return { ...at, kind: 'STOPSIGNAL', signal: expanded() };
    case 'VOLUME':
      return { ...at, kind: 'VOLUME', paths: words(line.rest).map((path) => expandWord(path, variables)) };
    case 'SHELL': {
      const command = jsonWords(line.rest);
      if (!command) throw new Error(`SHELL wants a JSON list, got ${line.rest}`);
      return { ...at, kind: 'SHELL', command };
    }
    case 'CMD':
    case 'ENTRYPOINT':
      return { ...at, kind: line.keyword, command: command(line.rest) };
    case 'HEALTHCHECK': {
      const { flags, rest } = takeFlags(line.rest);
      const check = /^(?:CMD)\s+([\s\S]*)$/i.exec(rest)?.[1];
      return {
        ...at,
        kind: 'HEALTHCHECK',
        command: check ? command(check) : undefined,
        options: Object.fromEntries(flags),
      };
    }
    case 'COPY':
    case 'ADD':
      return { ...at, kind: line.keyword, ...copy(line, scope) };
    case 'RUN': {
      const { flags, rest } = takeFlags(line.rest);
      return {
        ...at,
        kind: 'RUN',
        command: line.heredocs.length > 0 ? script(rest, line.heredocs) : command(rest),
        environment: variables,
        flags: flags.map(([name, value]) => `--${name}=${value}`),
      };
    }
    case 'EXPOSE':
    case 'LABEL':
    case 'MAINTAINER':
    case 'ONBUILD':
      return { ...at, kind: line.keyword };
    default:
      throw new Error(`unknown instruction ${line.keyword}`);
  }
}

function copy(line: DockerfileLine, { variables, stage }: InstructionScope): Copy {
  const { flags, rest } = takeFlags(line.rest);
  const flag = (name: string): string | undefined => {
    const value = flags.find(([each]) => each === name)?.[1];
    return value === undefined ? undefined : expandWord(value, variables);
  };
  const paths = words(rest).map((word) => expandWord(word, variables));
  const from = flag('from');
  const earlier = from === undefined ? undefined : stage(from);
  if (paths.length < 2) throw new Error(`${line.keyword} wants a source and a destination, got ${line.rest}`);
  return {
    sources: paths.slice(0, -1).filter((path) => !path.startsWith('<<')),
    inline: line.heredocs.map(({ name, content, expand }) => ({
      name,
      content: expand ? content.replace(/\$(\{[^}]*\}|\w+)/g, (each) => expandWord(each, variables)) : content,
    })),
    destination: paths.at(-1)!,
    from: earlier ? { stage: earlier } : from === undefined ? undefined : { image: from },
    chown: flag('chown'),
    chmod: flag('chmod'),
    flags: flags.filter(([name]) => !['from', 'chown', 'chmod'].includes(name)).map(([name]) => `--${name}`),
  };
}

const words = (text: string): readonly string[] => jsonWords(text) ?? splitWords(text);

function command(text: string): Command {
  const list = jsonWords(text);
  return list ? { form: 'exec', words: list } : { form: 'shell', script: text };
}

/** A heredoc alone is the script; with a command before it, it stays the command's input. */
function script(rest: string, heredocs: readonly Heredoc[]): Command {
  const alone = /^<<-?["']?\w+["']?$/.test(rest);
  const bodies = heredocs.map(({ name, content }) => `${content}${name}`).join('\n');
  return { form: 'shell', script: alone ? heredocs[0]!.content : `${rest}\n${bodies}` };
}

/** `a=1 b="2 3"`, or the old `a 1`. */
function pairs(text: string, variables: Variables): Variables {
  const list = splitWords(text);
  if (list[0]?.includes('=')) {
    return Object.fromEntries(
      list.map((word) => {
        const equals = word.indexOf('=');
        if (equals < 1) throw new Error(`ENV wants name=value, got ${word}`);
        return [expandWord(word.slice(0, equals), variables), expandWord(word.slice(equals + 1), variables)];
      }),
    );
  }
  const [, name, value] = /^(\S+)\s+([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined) throw new Error(`ENV wants name=value, got ${text}`);
  return { [name]: expandWord(value!, variables) };
}
