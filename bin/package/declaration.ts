import type { GetAccessorDeclaration, Node, PropertyDeclaration, VariableDeclaration } from 'typescript/unstable/ast';
import * as is from 'typescript/unstable/ast/is';
import { type Checker, NodeBuilderFlags } from 'typescript/unstable/sync';

/** What a node declares, as a reader wants it: without doc comment and code, with the types that the compiler infers. */
export function declarationOf(node: Node, checker: Checker): string {
  if (is.isPropertyDeclaration(node) || is.isGetAccessorDeclaration(node)) return property(node, checker);
  if (is.isConstructorDeclaration(node)) return head(node).replace('constructor', () => `new ${nameOf(node.parent)}`);
  if (is.isVariableDeclaration(node)) return value(node, checker);
  // What it is made of is a value that readers do not see.
  if (is.isTypeAliasDeclaration(node) && /\btypeof\b/.test(textOf(node.type))) {
    return `type ${nameOf(node)} =${inLines(inferred(node, checker))}`;
  }
  return head(node);
}

function property(node: PropertyDeclaration | GetAccessorDeclaration, checker: Checker): string {
  const isStatic = node.modifiers?.some((each) => textOf(each) === 'static');
  const mark = node.postfixToken && is.isQuestionToken(node.postfixToken) ? '?' : '';
  return `${isStatic ? 'static ' : ''}${nameOf(node)}${mark}: ${node.type ? textOf(node.type) : inferred(node, checker)}`;
}

function value(node: VariableDeclaration, checker: Checker): string {
  const { type, initializer } = node;
  if (type) return `const ${nameOf(node)}: ${textOf(type)}`;
  if (initializer && is.isArrowFunction(initializer)) {
    const end = (initializer.type ?? initializer.equalsGreaterThanToken).end;
    return `function ${nameOf(node)}${between(initializer, end).replace(/^async /, '')}`;
  }
  if (initializer && is.isAsExpression(initializer)) return `const ${textOf(node)}`;
  return `const ${nameOf(node)}: ${inferred(node, checker)}`;
}

/** All that stands before the body, without the words that say nothing to those who call it. */
function head(node: Node): string {
  const { body } = node as Node & { readonly body?: Node };
  const text = between(node, body?.pos ?? node.end);
  return text.replace(/^(export |async |override |readonly )+/, '').replace(/;$/, '');
}

function inferred(node: Node, checker: Checker): string {
  const shown =
    NodeBuilderFlags.NoTruncation |
    NodeBuilderFlags.InTypeAlias |
    NodeBuilderFlags.MultilineObjectLiterals |
    NodeBuilderFlags.UseSingleQuotesForStringLiteralType;
  const text = checker.typeToString(checker.getTypeAtLocation(node)!, node, shown);
  return text.replace(/^ +/gm, (space) => space.slice(space.length / 2));
}

const inLines = (type: string): string =>
  type.length > 100 && !type.includes('\n') ? ` | ${type}`.replaceAll(' | ', '\n  | ') : ` ${type}`;

const nameOf = (node: Node): string => textOf((node as Node & { readonly name: Node }).name);

const textOf = (node: Node): string => between(node, node.end);

const between = (node: Node, end: number): string => {
  const source = node.getSourceFile();
  return source.text.slice(node.getStart(source), end).trim();
};
