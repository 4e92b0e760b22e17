/**
 * The one way a resource's reader gets at properties. What is taken counts as simulated, the rest as accepted,
 * an explicit refusal says why: so honesty cannot drift from the code.
 */
export interface Take {
  string(property: string): string | undefined;
  number(property: string): number | undefined;
  boolean(property: string): boolean | undefined;
  /** A list of plain values. */
  strings(property: string): readonly string[];
  /** The value as it stands (a policy document, a map), taken whole. */
  whole(property: string): unknown;
  /** An object, taken property by property; undefined where the template has none. */
  object(property: string): Take | undefined;
  /** A list of objects, each taken property by property. */
  objects(property: string): readonly Take[];
  /** This property is not simulated, and here is why it does no harm. */
  accept(property: string, why: string): void;
  /** This property asks for something a rehearsal cannot do. Recorded only where the template sets it. */
  refuse(property: string, why: string): void;
  /** Nothing acts on this resource, whatever its properties say, and here is why that does no harm. */
  acceptAll(why: string): void;
  /** A rehearsal cannot do this resource at all: the system goes without it. */
  refuseAll(why: string): void;
  /** The value as it stands, without taking it: for a look before the decision. */
  peek(property: string): unknown;
  /** Names of the properties the template sets here; for maps whose keys people choose. */
  keys(): readonly string[];
  /** Dotted path of a property from the top of the resource, as reports show it. */
  path(property: string): string;
}
