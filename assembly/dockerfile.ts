import { type DockerfileLine, dockerfileLines, type Heredoc } from './dockerfile-lines.ts';
import { expandWord, jsonWords, splitWords, takeFlags, type Variables } from './dockerfile-words.ts';

/** A Dockerfile as data: its stages, of which one is built. */
export interface Dockerfile {
  readonly stages: readonly Stage[];
  /** The stage that becomes the image. */
  readonly target: Stage;
}

export interface Stage {
  /** What `COPY --from` and `FROM` call it; its number where it has no name. */
  readonly name: string;
  /** An image, or the stage it continues. */
  readonly base: { readonly image: string } | { readonly stage: Stage };
  /** The instructions after `FROM`, variables replaced. */
  readonly instructions: readonly Instruction[];
}

/** An instruction that means something for the image; `line` and `text` are for messages. */
export type Instruction = { readonly line: number; readonly text: string } & (
  | { readonly kind: 'ENV'; readonly variables: Variables }
  | { readonly kind: 'WORKDIR'; readonly path: string }
  | { readonly kind: 'USER'; readonly user: string }
  | { readonly kind: 'VOLUME'; readonly paths: readonly string[] }
  | { readonly kind: 'STOPSIGNAL'; readonly signal: string }
  | { readonly kind: 'SHELL'; readonly command: readonly string[] }
  | { readonly kind: 'CMD' | 'ENTRYPOINT'; readonly command: Command }
  | ({ readonly kind: 'COPY' | 'ADD' } & Copy)
  | ({ readonly kind: 'RUN' } & Run)
  | { readonly kind: 'HEALTHCHECK'; readonly command: Command | undefined; readonly options: Variables }
  | { readonly kind: 'EXPOSE' | 'LABEL' | 'MAINTAINER' | 'ONBUILD' }
);

/** Exec form (`["node", "main.js"]`) or shell form (`node main.js`). */
export type Command =
  | { readonly form: 'exec'; readonly words: readonly string[] }
  | { readonly form: 'shell'; readonly script: string };

export interface Copy {
  readonly sources: readonly string[];
  /** Files whose content stands in the Dockerfile itself. */
  readonly inline: readonly { readonly name: string; readonly content: string }[];
  readonly destination: string;
  /** A stage, or the name of an image. */
  readonly from: { readonly stage: Stage } | { readonly image: string } | undefined;
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  /** Flags other than these. */
  readonly flags: readonly string[];
}

export interface Run {
  readonly command: Command;
  /** `ARG` and `ENV` as they stand at this line. */
  readonly environment: Variables;
  /** `--mount=…` and the like, as written. */
  readonly flags: readonly string[];
}

/** What a build is told from outside. */
export interface BuildOptions {
  readonly buildArgs?: Variables;
  /** Stage to build. @default - the last */
  readonly target?: string | undefined;
  /** `linux/arm64`; what `TARGETPLATFORM` and its like become. @default 'linux/amd64' */
  readonly platform?: string | undefined;
}

/** The `PATH` Docker gives to an image that sets none. */
export const IMAGE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

interface Scope {
  readonly stage: Stage & { readonly instructions: Instruction[] };
  args: Variables;
  environment: Variables;
}

/** Reads a Dockerfile; what is no Dockerfile is an error that names the line. */
export function parseDockerfile(text: string, options: BuildOptions = {}): Dockerfile {
  const { buildArgs = {}, target, platform = 'linux/amd64' } = options;
  const automatic = platformArguments(platform);
  let global: Variables = {};
  const scopes: Scope[] = [];
  for (const line of dockerfileLines(text)) {
    try {
      const scope = scopes.at(-1);
      if (line.keyword === 'FROM') scopes.push(openStage(line, scopes, { ...automatic, ...global }));
      else if (line.keyword === 'ARG')
        for (const word of splitWords(line.rest)) {
          const [name = '', ...value] = word.split('=');
          const known = scope ? { ...scope.args, ...scope.environment } : global;
          const byDefault = value.length > 0 ? expandWord(value.join('='), known) : undefined;
          const set = buildArgs[name] ?? byDefault ?? (scope ? { ...automatic, ...global }[name] : undefined);
          if (set === undefined) continue;
          if (scope) scope.args = { ...scope.args, [name]: set };
          else global = { ...global, [name]: set };
        }
      else if (scope) scope.stage.instructions.push(instruction(line, scope, scopes));
      else throw new Error(`${line.keyword} stands before the first FROM`);
    } catch (error) {
      throw new Error(`Dockerfile line ${line.line}: ${(error as Error).message}`);
    }
  }
  const stages = scopes.map((scope) => scope.stage);
  const wanted = target === undefined ? stages.at(-1) : findStage(stages, target);
  if (!wanted) throw new Error(target === undefined ? 'Dockerfile: no FROM' : `Dockerfile: no stage ${target}`);
  return { stages, target: wanted };
}

function openStage(line: DockerfileLine, scopes: readonly Scope[], variables: Variables): Scope {
  const [from, as, name] = splitWords(takeFlags(line.rest).rest);
  if (from === undefined || (as !== undefined && as.toUpperCase() !== 'AS')) throw new Error(`FROM ${line.rest}`);
  const image = expandWord(from, variables);
  const parent = scopes.findLast((scope) => sameName(scope.stage.name, image));
  return {
    stage: {
      name: name ?? String(scopes.length),
      base: parent ? { stage: parent.stage } : { image },
      instructions: [],
    },
    args: parent?.args ?? {},
    environment: parent?.environment ?? { PATH: IMAGE_PATH },
  };
}

function instruction(line: DockerfileLine, scope: Scope, scopes: readonly Scope[]): Instruction {
  const variables = { ...scope.args, ...scope.environment };
  const at = { line: line.line, text: `${line.keyword} ${line.rest}` };
  const expanded = (): string => expandWord(line.rest, variables);
  switch (line.keyword) {
    case 'ENV': {
      const set = pairs(line.rest, variables);
      scope.environment = { ...scope.environment, ...set };
      return { ...at, kind: 'ENV', variables: set };
    }
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
      return { ...at, kind: line.keyword, ...copy(line, variables, scopes) };
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

function copy(line: DockerfileLine, variables: Variables, scopes: readonly Scope[]): Copy {
  const { flags, rest } = takeFlags(line.rest);
  const flag = (name: string): string | undefined => {
    const value = flags.find(([each]) => each === name)?.[1];
    return value === undefined ? undefined : expandWord(value, variables);
  };
  const paths = words(rest).map((word) => expandWord(word, variables));
  const from = flag('from');
  const stage =
    from === undefined
      ? undefined
      : findStage(
          scopes.slice(0, -1).map((scope) => scope.stage),
          from,
        );
  if (paths.length < 2) throw new Error(`${line.keyword} wants a source and a destination, got ${line.rest}`);
  return {
    sources: paths.slice(0, -1).filter((path) => !path.startsWith('<<')),
    inline: line.heredocs.map(({ name, content, expand }) => ({
      name,
      content: expand ? content.replace(/\$(\{[^}]*\}|\w+)/g, (each) => expandWord(each, variables)) : content,
    })),
    destination: paths.at(-1)!,
    from: stage ? { stage } : from === undefined ? undefined : { image: from },
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

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

function findStage(stages: readonly Stage[], name: string): Stage | undefined {
  return (
    stages.findLast((stage) => sameName(stage.name, name)) ?? (/^\d+$/.test(name) ? stages[Number(name)] : undefined)
  );
}

function platformArguments(platform: string): Variables {
  const [os = 'linux', architecture = 'amd64', variant = ''] = platform.split('/');
  return Object.fromEntries(
    ['TARGET', 'BUILD'].flatMap((side) => [
      [`${side}PLATFORM`, platform],
      [`${side}OS`, os],
      [`${side}ARCH`, architecture],
      [`${side}VARIANT`, variant],
    ]),
  );
}
