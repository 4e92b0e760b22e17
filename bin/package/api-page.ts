import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { sourceOf, specifierOf } from './doors.ts';
import { type Doc, type Member, type PublicName, publicNames } from './public-names.ts';

/** A page of `docs/` written from the sources. */
interface Page {
  readonly file: string;
  readonly title: string;
  readonly about: string;
  /** Every name of these is on it. */
  readonly doors: readonly string[];
  /** Folders of a door with many names, in the order they are read in, and what each is about. @default - no chapters */
  readonly chapters?: Readonly<Record<string, string>>;
}

const PAGES: readonly Page[] = [
  {
    file: 'api.md',
    title: 'API',
    about: 'Constructs, what tests of them need, and the twin; [the chassis](api-chassis.md) has a page of its own.',
    doors: ['.', './testing', './twin'],
  },
  {
    file: 'api-chassis.md',
    title: 'API of the chassis',
    about:
      'What `mosaic-cdk/chassis` exports. How it works together is told by [the chassis](chassis.md), what its codes ' +
      'and numbers mean by [problems](problems.md) and [metrics](metrics.md).',
    doors: ['./chassis'],
    chapters: {
      process: 'Processes and their settings',
      '': 'Routes, problems, context',
      client: 'Calls',
      policy: 'Policies',
      discovery: 'Discovery',
      '..': 'Contract with the constructs',
      balance: 'Balancing',
      server: 'Shedding',
      config: 'Config',
      telemetry: 'Telemetry',
      time: 'Time',
    },
  },
];

/** Names under one heading. */
interface Chapter {
  readonly title: string;
  readonly names: readonly PublicName[];
}

/** Every name of the doors that are documented. */
export function documentedNames(project: string): PublicName[] {
  return [...read(project).values()].flat();
}

/** The pages of a clone, by file in `docs/`: every name of each door, as its source declares and describes it. */
export function apiPages(project: string): Record<string, string> {
  const doors = read(project);
  return Object.fromEntries(
    PAGES.map((page) => {
      const chapters = page.doors.flatMap((door) => chaptersOf(page, door, doors.get(door)!));
      const sections = chapters.map(({ title, names }) =>
        [`## ${title}`, ...names.map((name) => entry(project, name))].join('\n\n'),
      );
      return [page.file, `${[head(page), contents(chapters), ...sections].join('\n\n')}\n`];
    }),
  );
}

function read(project: string): Map<string, PublicName[]> {
  const doors = PAGES.flatMap((page) => page.doors);
  const config = join(project, 'tsconfig.json');
  const names = publicNames(
    config,
    doors.map((door) => join(project, sourceOf(door))),
  );
  return new Map(
    doors.map((door, index) => [door, names[index]!.map((name) => ({ ...name, file: relative(project, name.file) }))]),
  );
}

const head = ({ title, about }: Page): string =>
  `# ${title}\n\n${about}\nWritten by \`node bin/docs.ts\` from the sources. Optional props say what holds without them.`;

function chaptersOf({ file, chapters }: Page, door: string, names: readonly PublicName[]): Chapter[] {
  if (!chapters) return [{ title: `\`${specifierOf(door)}\``, names }];
  const root = dirname(sourceOf(door));
  const folderOf = (name: PublicName): string => /^[^/]*(?=\/)/.exec(relative(root, name.file))?.[0] ?? '';
  const homeless = names.find((name) => !(folderOf(name) in chapters));
  if (homeless) {
    throw new Error(`docs/${file}: got ${homeless.name} of ${homeless.file}; give its folder a chapter in api-page.ts`);
  }
  return Object.entries(chapters).map(([folder, title]) => ({
    title,
    names: names.filter((name) => folderOf(name) === folder),
  }));
}

/** A link to every heading. Of names that differ in their case alone, as a function and its type, the later are numbered. */
function contents(chapters: readonly Chapter[]): string {
  const times = new Map<string, number>();
  const link = (heading: string): string => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-');
    const before = times.get(slug) ?? 0;
    times.set(slug, before + 1);
    return `[${heading}](#${slug}${before ? `-${before}` : ''})`;
  };
  const lines = chapters.map(({ title, names }) => {
    const heading = link(title);
    return `- ${heading}: ${names.map(({ name }) => link(`\`${name}\``)).join(' · ')}`;
  });
  return lines.join('\n');
}

function entry(project: string, name: PublicName): string {
  const parts = [`### ${name.name}`, name.doc.sentence, heritage(name), made(name), body(name), example(project, name)];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What else it is: `class Edge extends Construct implements IEdge`. */
function heritage({ declaration }: PublicName): string {
  const [, line] = /^((?:abstract )?(?:class|interface) \w+[^\w{][^{]*) \{/.exec(declaration) ?? [];
  return line ? inline(line) : '';
}

const made = ({ construction }: PublicName): string =>
  construction ? [inline(construction.declaration), construction.doc.sentence].join('\n\n').trim() : '';

function body({ kind, declaration, members }: PublicName): string {
  if (members.length === 0) return kind === 'class' || kind === 'interface' ? '' : code(declaration);
  return kind === 'interface' ? table('prop', members) : table('member', members);
}

function table(what: string, members: readonly Member[]): string {
  const withDefaults = members.some(({ doc }) => doc.default !== undefined);
  const columns = withDefaults ? [what, 'what it is', 'default'] : [what, 'what it is'];
  const rows = members.map(({ declaration, doc }) => {
    const cells = [inline(declaration), doc.sentence, ...(withDefaults ? [standard(doc)] : [])];
    return cells.map((cell) => cell.replaceAll('|', '\\|'));
  });
  const lines = [columns, columns.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function inline(declaration: string): string {
  const line = declaration.replace(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(', )', ')');
  return line.includes('`') ? `\`\` ${line} \`\`` : `\`${line}\``;
}

/** As the CDK writes it: a value, or a dash and words. */
const standard = ({ default: text }: Doc): string =>
  text === undefined ? 'required' : text.startsWith('- ') ? text.slice(2) : `\`${text}\``;

/** The example of that construct, as a user would write it. */
function example(project: string, { name, file }: PublicName): string {
  const noun = `constructs/${name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.ts`;
  const path = join(project, 'examples', noun);
  if (file !== `lib/${noun}` || !existsSync(path)) return '';
  return code(readFileSync(path, 'utf8').replace('../../lib/constructs/index.ts', 'mosaic-cdk').trim());
}

const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;
