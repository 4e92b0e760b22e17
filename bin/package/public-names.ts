import { dirname } from 'node:path';
import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast';
import * as is from 'typescript/unstable/ast/is';
import { API, type Checker, type Project, type Symbol as TypeScriptSymbol } from 'typescript/unstable/sync';

/** What a doc comment says. */
export interface Doc {
  readonly sentence: string;
  /** What holds where nothing is said. */
  readonly default: string | undefined;
}

/** A prop, method or property that users see. */
export interface Member {
  readonly name: string;
  /** As it is declared, without its body: `readonly port?: number`. */
  readonly declaration: string;
  readonly isOptional: boolean;
  readonly doc: Doc;
}

/** A name that a door of the package exports. */
export interface PublicName {
  readonly name: string;
  readonly kind: 'class' | 'interface' | 'function' | 'type' | 'value';
  readonly doc: Doc;
  /** As its source declares it, without doc comment and body. */
  readonly declaration: string;
  readonly members: readonly Member[];
}

/** The names each of these doors exports, as the compiler understands them; `config` is a `tsconfig.json` over them. */
export function publicNames(config: string, doors: readonly string[]): PublicName[][] {
  const api = new API({ cwd: dirname(config) });
  try {
    const project = api.updateSnapshot({ openProjects: [config] }).getProjects()[0]!;
    return doors.map((door) => new Door(project, door).names());
  } finally {
    api.close();
  }
}

class Door {
  private readonly project: Project;
  private readonly checker: Checker;
  private readonly file: SourceFile;

  constructor(project: Project, path: string) {
    this.project = project;
    this.checker = project.checker;
    this.file = project.program.getSourceFile(path)!;
  }

  names(): PublicName[] {
    const exported = this.checker.getExportsOfModule(this.checker.getSymbolAtLocation(this.file)!);
    return exported.map((each) => this.read(this.checker.getAliasedSymbol(each)));
  }

  private read(symbol: TypeScriptSymbol): PublicName {
    const node = symbol.declarations[0]!.resolve(this.project)!;
    const name = { name: symbol.name, doc: this.docOf(symbol), declaration: declarationOf(node) };
    if (is.isClassDeclaration(node)) return { ...name, kind: 'class', members: this.membersOf(node, node.members) };
    if (is.isInterfaceDeclaration(node)) {
      return { ...name, kind: 'interface', members: this.membersOf(node, node.members) };
    }
    if (is.isFunctionDeclaration(node)) return { ...name, kind: 'function', members: [] };
    if (is.isTypeAliasDeclaration(node)) return { ...name, kind: 'type', members: [] };
    const value = is.isVariableDeclaration(node) ? node.initializer : undefined;
    const methods = value && is.isObjectLiteralExpression(value) ? value.properties.filter(is.isMethodDeclaration) : [];
    return { ...name, kind: 'value', members: this.membersOf(node, methods) };
  }

  private membersOf(owner: Node, nodes: readonly Node[]): Member[] {
    return nodes.flatMap((node) => {
      const {
        name,
        postfixToken,
        modifiers = [],
      } = node as Node & {
        readonly name?: Node;
        readonly postfixToken?: Node;
        readonly modifiers?: readonly Node[];
      };
      if (!name || modifiers.some(({ kind }) => kind === SyntaxKind.PrivateKeyword)) return [];
      const symbol = this.checker.getSymbolAtLocation(name)!;
      const said = this.docOf(symbol);
      return [
        {
          name: symbol.name,
          declaration: declarationOf(node),
          isOptional: postfixToken?.kind === SyntaxKind.QuestionToken,
          doc: said.sentence ? said : (this.inherited(owner, symbol.name) ?? said),
        },
      ];
    });
  }

  /** A class says nothing anew of what an interface that it implements has said. */
  private inherited(owner: Node, name: string): Doc | undefined {
    const { heritageClauses = [] } = owner as Node & {
      readonly heritageClauses?: readonly { types: readonly Node[] }[];
    };
    for (const above of heritageClauses.flatMap(({ types }) => types)) {
      const type = this.checker.getTypeAtLocation(above);
      const symbol = type && this.checker.getPropertiesOfType(type).find((property) => property.name === name);
      const doc = symbol && this.docOf(symbol);
      if (doc?.sentence) return doc;
    }
    return undefined;
  }

  private docOf(symbol: TypeScriptSymbol): Doc {
    const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
    const tag = this.checker.getJsDocTagsOfSymbol(symbol).find(({ name }) => name === 'default');
    return {
      sentence: oneLine(this.checker.getDocumentationCommentOfSymbol(symbol)),
      default: tag && oneLine(tag.text ?? ''),
    };
  }
}

function declarationOf(node: Node): string {
  const { body } = node as Node & { readonly body?: Node };
  const source = node.getSourceFile();
  const text = source.text.slice(node.getStart(source), body ? body.pos : node.end);
  return text.trim().replace(/;$/, '');
}
