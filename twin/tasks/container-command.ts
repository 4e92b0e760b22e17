import type { Container } from '../../system/service.ts';
import { inRoot, localArgument, localPath, localScript } from '../images/container-path.ts';
import type { PreparedImage } from '../images/image-store.ts';
import { isExecutable, machineProgram } from '../images/machine-programs.ts';

/** The command of a container, as template and image say it. `command` replaces the template's. */
export function containerCommand(
  image: PreparedImage,
  container: Pick<Container, 'entryPoint' | 'command'>,
  command: readonly string[] | undefined = container.command,
): readonly string[] {
  const entryPoint = container.entryPoint ?? image.entryPoint ?? [NODE_ENTRY_POINT];
  // As in Docker, replacing the entry point discards the image's command.
  const ofBase = image.entryPoint === undefined ? ['node'] : [];
  return [...entryPoint, ...(command ?? (container.entryPoint === undefined ? (image.command ?? ofBase) : []))];
}

/** The entry point of every Node image. */
const NODE_ENTRY_POINT = 'docker-entrypoint.sh';

/** Where a container's paths are on this machine. */
export interface ContainerPlace {
  readonly root: string;
  /** Folder, in the container, where its command starts. */
  readonly workdir: string;
  /** `PATH` of its processes. */
  readonly path: string;
  /** Folders that are the container's own. */
  readonly places: readonly string[];
}

const SHELL = /^(?:\/(?:usr\/)?bin\/)?(sh|ash|dash|bash)$/;

/** A container's command as this machine can run it. */
export function localCommand(words: readonly string[], place: ContainerPlace): readonly string[] {
  const [program = '', ...args] = throughEntryPoint(words, place);
  const { root, places } = place;
  const shell = SHELL.exec(program)?.[1];
  if (!shell) return [program, ...args].map((word) => localArgument(word, root, places));
  const file = shell === 'bash' ? (machineProgram('bash') ?? '/bin/sh') : '/bin/sh';
  const script = args.findIndex((arg) => /^-\w*c$/.test(arg)) + 1;
  return [
    file,
    ...args.map((arg, index) =>
      script > 0 && index === script ? localScript(arg, root, places) : localPathOrWord(arg, root, places),
    ),
  ];
}

const localPathOrWord = (word: string, root: string, places: readonly string[]): string =>
  word.startsWith('/') ? localPath(word, root, places) : word;

/** What the entry point of every Node image does: it runs `node` if the first word is not a program. */
function throughEntryPoint(words: readonly string[], place: ContainerPlace): readonly string[] {
  if (!words[0]?.endsWith(NODE_ENTRY_POINT)) return words;
  const [first = '', ...rest] = words.slice(1);
  const program = localArgument(first, place.root, place.places);
  const isProgram = program.startsWith('/')
    ? isExecutable(program)
    : program.includes('/')
      ? isExecutable(inRoot(place.root, place.workdir, program))
      : machineProgram(program, place.path) !== undefined;
  return first.startsWith('-') || !isProgram ? ['node', first, ...rest] : [first, ...rest];
}
