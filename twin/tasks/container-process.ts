import { inRoot, localArgument } from '../images/container-path.ts';
import type { Seat } from '../network/network.ts';
import { type Exit, type OutputSource, ProcessGroup } from '../process-group.ts';
import type { Reaper } from '../reaper.ts';
import { containerCommand, localCommand } from './container-command.ts';
import type { CheckResult } from './health-check.ts';
import { joinNodeOptions } from './node-flags.ts';
import type { ContainerFiles } from './task-files.ts';

/** What a container runs, and as whom. */
export interface ContainerOptions {
  readonly files: ContainerFiles;
  readonly seat: Seat;
  readonly task: string;
  /** Secrets, and variables by which the container finds its credentials and metadata. */
  readonly variables: Readonly<Record<string, string>>;
  /** Replaces the template's command. */
  readonly command?: readonly string[] | undefined;
  readonly output: (source: OutputSource, text: string) => void;
  readonly reaper: Reaper;
}

/** A container as a process of this machine: it has what the container would have, and nothing from the twin. */
export class ContainerProcess {
  readonly #options: ContainerOptions;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #main: ProcessGroup;
  readonly #checks = new Set<ProcessGroup>();

  constructor(options: ContainerOptions) {
    const { files, command, output, reaper } = options;
    this.#options = options;
    this.#environment = environmentOf(options);
    this.#main = new ProcessGroup(reaper, {
      command: localCommand(containerCommand(files.image, files.container, command), files),
      cwd: inRoot(files.root, files.workdir),
      environment: this.#environment,
      output,
    });
  }

  get name(): string {
    return this.#options.files.container.name;
  }

  get pid(): number | undefined {
    return this.#main.pid;
  }

  get exited(): Promise<Exit> {
    return this.#main.exited;
  }

  /** Runs a check's command in the container; one that takes too long is killed and has failed. */
  async check(words: readonly string[], timeoutMs: number): Promise<CheckResult> {
    const { files, reaper } = this.#options;
    const [kind, ...rest] = words;
    const command = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', rest.join(' ')] : kind === 'CMD' ? rest : words;
    let said = '';
    const check = new ProcessGroup(reaper, {
      command: localCommand(command, files),
      cwd: inRoot(files.root, files.workdir),
      environment: this.#environment,
      output: (_, text) => {
        said = (said + text).slice(-4096);
      },
    });
    this.#checks.add(check);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      check.kill();
    }, timeoutMs);
    const { code } = await check.exited;
    clearTimeout(timer);
    this.#checks.delete(check);
    return {
      healthy: code === 0,
      output: late ? `${said}\nno answer within ${timeoutMs} ms` : said || `exit code ${code}`,
    };
  }

  /** Asks the process to end, as ECS does; after its stop timeout, or a shorter patience, it is killed. */
  stop(patienceMs = Number.POSITIVE_INFINITY): Promise<Exit> {
    const { container, image } = this.#options.files;
    for (const check of this.#checks) check.kill();
    return this.#main.stop(Math.min(patienceMs, container.stopTimeoutSeconds * 1000), signalOf(image.stopSignal));
  }
}

const signalOf = (name = 'SIGTERM'): NodeJS.Signals =>
  (/^\d+$/.test(name)
    ? ({ 2: 'SIGINT', 3: 'SIGQUIT', 15: 'SIGTERM' } as const)[Number(name) as 15]
    : name.replace(/^(?!SIG)/, 'SIG')) as NodeJS.Signals;

function environmentOf({ files, seat, task, variables }: ContainerOptions): Record<string, string> {
  const { container, image, user, path, root, places } = files;
  const given = { ...image.environment, ...container.environment, ...variables };
  const own = (given.NODE_OPTIONS ?? '').split(/\s+/).filter((option) => option !== '');
  return {
    HOME: user === 'root' ? '/root' : `/home/${user}`,
    HOSTNAME: task.slice(0, 12),
    ...given,
    ...seat.environment,
    ...files.environment,
    PATH: path,
    // The network preload comes first: it must see Node's own functions.
    NODE_OPTIONS: [
      joinNodeOptions([...seat.nodeOptions, ...files.nodeOptions]),
      ...own.map((option) => localArgument(option, root, places)),
    ].join(' '),
  };
}
