/** A cloud assembly (`cdk.out`) as plain data. Knows no resource type. */
export interface Assembly {
  /** Absolute path of the folder that was read. */
  readonly directory: string;
  /** Name of the CDK stage that was read; undefined for an assembly without stages. */
  readonly stage: string | undefined;
  readonly stacks: readonly Stack[];
  readonly images: readonly ImageAsset[];
}

export interface Stack {
  /** CloudFormation's name of the stack. */
  readonly name: string;
  /** Construct path, for example `dev/Catalog`. */
  readonly path: string;
  readonly account: string;
  readonly region: string;
  readonly template: Template;
  /** What constructs left behind, by construct path (no leading slash). */
  readonly metadata: ReadonlyMap<string, readonly MetadataEntry[]>;
  /** Names of the stacks the manifest says come first. Stacks that share only names have none here. */
  readonly dependsOn: readonly string[];
  /** Templates of nested stacks, by the logical id of the `AWS::CloudFormation::Stack` resource. */
  readonly nested: ReadonlyMap<string, Template>;
}

export interface MetadataEntry {
  readonly type: string;
  readonly data: unknown;
}

export interface Template {
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings?: Readonly<Record<string, Record<string, Record<string, unknown>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: unknown;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** An image the assembly would push, and where it would push it. */
export interface ImageAsset {
  readonly repository: string;
  readonly tag: string;
  /** Absolute path of the build context. */
  readonly directory: string;
  readonly dockerfile: string;
  readonly target: string | undefined;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly platform: string | undefined;
}
