import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceOf, specifierOf } from './doors.ts';
import { type Doc, type Member, type PublicName, publicNames } from './public-names.ts';

/** The doors the page documents; what the chassis does has a page of its own. */
const DOCUMENTED = ['.', './testing'];

/** Every name of those doors, door by door. */
export function documentedNames(project: string): PublicName[][] {
  const doors = DOCUMENTED.map((door) => join(project, sourceOf(door)));
  return publicNames(join(project, 'bin/package', 'tsconfig.commonjs.json'), doors);
}

/** `docs/api.md` of a clone: every name of each door, as its source declares and describes it. */
export function apiPage(project: string): string {
  const doors = documentedNames(project);
  const sections = DOCUMENTED.map((door, index) => section(project, specifierOf(door), doors[index]!));
  const head = '# API\n\nWritten by `node bin/docs.ts` from the sources. Optional props say what holds without them.';
  return `${[head, ...sections].join('\n\n')}\n`;
}

function section(project: string, door: string, names: readonly PublicName[]): string {
  const list = names.map(({ name }) => `[\`${name}\`](#${name.toLowerCase()})`).join(' · ');
  return [`## \`${door}\``, list, ...names.map((name) => entry(project, name))].join('\n\n');
}

function entry(project: string, name: PublicName): string {
  const parts = [`### ${name.name}`, name.doc.sentence, heritage(name), body(name), example(project, name.name)];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What else it is: `class Edge extends Construct implements IEdge`. */
function heritage({ declaration }: PublicName): string {
  const [, line] = /^export ((?:class|interface) \w+ (?:extends|implements) [^{]+) \{/.exec(declaration) ?? [];
  return line ? `\`${line}\`` : '';
}

function body({ kind, declaration, members }: PublicName): string {
  if (members.length === 0) return code(declaration.replace(/^export (?=function)/, ''));
  return kind === 'interface' ? table('prop', members) : table('member', members);
}

function table(what: string, members: readonly Member[]): string {
  const withDefaults = members.some(({ doc }) => doc.default !== undefined);
  const columns = withDefaults ? [what, 'what it is', 'default'] : [what, 'what it is'];
  const rows = members.map(({ declaration, doc }) => {
    const cells = [`\`${short(declaration)}\``, doc.sentence, ...(withDefaults ? [standard(doc)] : [])];
    return cells.map((cell) => cell.replaceAll('|', '\\|'));
  });
  const lines = [columns, columns.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const short = (declaration: string): string => declaration.replace(/\s+/g, ' ').replace(/^(readonly|get) /, '');

/** As the CDK writes it: a value, or a dash and words. */
const standard = ({ default: text }: Doc): string =>
  text === undefined ? 'required' : text.startsWith('- ') ? text.slice(2) : `\`${text}\``;

/** The example of that name, as a user would write it. */
function example(project: string, name: string): string {
  const file = `examples/constructs/${name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.ts`;
  const path = join(project, file);
  if (!existsSync(path)) return '';
  return code(readFileSync(path, 'utf8').replace('../../lib/constructs/index.ts', 'mosaic-cdk').trim());
}

const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;
