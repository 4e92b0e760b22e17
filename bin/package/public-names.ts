import { dirname } from 'node:path';
import { type ExportDeclaration, type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast';
import * as is from 'typescript/unstable/ast/is';
import {
  API,
  type Checker,
  type Project,
  SymbolFlags,
  type Symbol as TypeScriptSymbol,
} from 'typescript/unstable/sync';
import { declarationOf } from './declaration.ts';

/** What a doc comment says. */
export interface Doc {
  readonly sentence: string;
  /** What holds where nothing is said. */
  readonly default: string | undefined;
}

/** A prop, method or property that users see. */
export interface Member {
  readonly name: string;
  /** As a reader is shown it: `port?: number`. */
  readonly declaration: string;
  readonly isOptional: boolean;
  readonly doc: Doc;
}

/** A name that a door of the package exports. */
export interface PublicName {
  readonly name: string;
  readonly kind: 'class' | 'interface' | 'function' | 'type' | 'value';
  /** The file that declares it, as an absolute path. */
  readonly file: string;
  readonly doc: Doc;
  /** As a reader is shown it. */
  readonly declaration: string;
  /** How a class is made by those who import it; undefined where they get one made. */
  readonly construction: Omit<Member, 'isOptional'> | undefined;
  /** Of an interface, those it takes from others of ours as well. */
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
    return exported.map((each) => this.read(this.checker.getAliasedSymbol(each), this.isTypeAlone(each)));
  }

  /** Whether it is exported as `type`: of a class, one may then be used, not made. */
  private isTypeAlone(symbol: TypeScriptSymbol): boolean {
    const specifier = this.nodeOf(symbol);
    if (!is.isExportSpecifier(specifier)) return false;
    return specifier.isTypeOnly || (specifier.parent.parent as ExportDeclaration).isTypeOnly;
  }

  private read(symbol: TypeScriptSymbol, isTypeAlone: boolean): PublicName {
    const node = this.nodeOf(symbol);
    const name = {
      name: symbol.name,
      file: node.getSourceFile().fileName,
      doc: this.docOf(symbol),
      declaration: declarationOf(node, this.checker),
      construction: undefined,
    };
    if (is.isClassDeclaration(node)) {
      const construction = isTypeAlone ? undefined : this.constructionOf(symbol);
      return { ...name, kind: 'class', construction, members: this.membersOf(node, node.members) };
    }
    if (is.isInterfaceDeclaration(node)) {
      const own = this.membersOf(node, node.members);
      return { ...name, kind: 'interface', members: [...own, ...this.takenFromOthers(symbol, own)] };
    }
    if (is.isFunctionDeclaration(node)) return { ...name, kind: 'function', members: [] };
    if (is.isTypeAliasDeclaration(node)) return { ...name, kind: 'type', members: [] };
    if (!is.isVariableDeclaration(node)) return { ...name, kind: 'value', members: [] };
    const { initializer, type } = node;
    if (initializer && is.isArrowFunction(initializer)) return { ...name, kind: 'function', members: [] };
    // What has a type says there what it can do.
    const literal = !type && initializer && is.isObjectLiteralExpression(initializer) ? initializer.properties : [];
    return { ...name, kind: 'value', members: this.membersOf(node, literal.filter(is.isMethodDeclaration)) };
  }

  private constructionOf(owner: TypeScriptSymbol): PublicName['construction'] {
    const symbol = [...owner.getMembers().values()].find(({ flags }) => flags & SymbolFlags.Constructor);
    if (!symbol) return undefined;
    const node = this.nodeOf(symbol);
    if (isPrivate(node)) return undefined;
    return { name: symbol.name, declaration: declarationOf(node, this.checker), doc: this.docOf(symbol) };
  }

  private membersOf(owner: Node, nodes: readonly Node[]): Member[] {
    return nodes.flatMap((node) => {
      const { name } = node as Node & { readonly name?: Node };
      if (!name || isPrivate(node)) return [];
      const symbol = this.checker.getSymbolAtLocation(name)!;
      const said = this.docOf(symbol);
      return [this.memberOf(symbol, node, said.sentence ? said : (this.inherited(owner, symbol.name) ?? said))];
    });
  }

  /** What an interface takes from others of ours; what it has of a library's, that library documents. */
  private takenFromOthers(symbol: TypeScriptSymbol, own: readonly Member[]): Member[] {
    const all = this.checker.getPropertiesOfType(this.checker.getDeclaredTypeOfSymbol(symbol));
    const others = all.filter(({ name }) => !own.some((one) => one.name === name));
    return others
      .map((each) => ({ each, node: this.nodeOf(each), file: this.nodeOf(each).getSourceFile().fileName }))
      .filter(({ file }) => !file.includes('/node_modules/'))
      .sort((one, other) => one.file.localeCompare(other.file) || one.node.pos - other.node.pos)
      .map(({ each, node }) => this.memberOf(each, node, this.docOf(each)));
  }

  private memberOf(symbol: TypeScriptSymbol, node: Node, doc: Doc): Member {
    const { name, postfixToken } = node as Node & { readonly name: Node; readonly postfixToken?: Node };
    return {
      name: is.isComputedPropertyName(name) ? name.getSourceFile().text.slice(name.pos, name.end).trim() : symbol.name,
      declaration: declarationOf(node, this.checker),
      isOptional: postfixToken?.kind === SyntaxKind.QuestionToken,
      doc,
    };
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

  private nodeOf(symbol: TypeScriptSymbol): Node {
    return symbol.declarations[0]!.resolve(this.project)!;
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

const isPrivate = (node: Node): boolean => {
  const { name, modifiers = [] } = node as Node & { readonly name?: Node; readonly modifiers?: readonly Node[] };
  return (
    name?.kind === SyntaxKind.PrivateIdentifier || modifiers.some(({ kind }) => kind === SyntaxKind.PrivateKeyword)
  );
};
