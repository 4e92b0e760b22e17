import type { Dockerfile, Instruction, Stage } from './dockerfile.ts';
import { readInstruction } from './dockerfile-instruction.ts';
import { type DockerfileLine, dockerfileLines } from './dockerfile-lines.ts';
import { expandWord, splitWords, takeFlags, type Variables } from './dockerfile-words.ts';

/** Options of a build. */
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

/** Reads a Dockerfile; text that is not one is an error that names the line. */
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
      else if (scope) addInstruction(line, scope, scopes);
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
  if (from === undefined || (as !== undefined && as.toUpperCase() !== 'AS')) {
    throw new Error(`FROM wants an image, and AS before a name, got ${line.rest}`);
  }
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

function addInstruction(line: DockerfileLine, scope: Scope, scopes: readonly Scope[]): void {
  const earlier = scopes.slice(0, -1).map(({ stage }) => stage);
  const instruction = readInstruction(line, {
    variables: { ...scope.args, ...scope.environment },
    stage: (name) => findStage(earlier, name),
  });
  if (instruction.kind === 'ENV') scope.environment = { ...scope.environment, ...instruction.variables };
  scope.stage.instructions.push(instruction);
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
