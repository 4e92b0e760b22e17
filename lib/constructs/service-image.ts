import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { aws_ecr_assets as assets, type aws_ecr as ecr, aws_ecs as ecs, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { refuse } from './refusal.ts';
import { bundleSource } from './source-bundle.ts';

/** The processor an image is built for and its tasks run on. */
export type Architecture = 'arm64' | 'x64';

/** What a service takes from its image. */
export interface BoundImage {
  /** The image itself. */
  readonly image: ecs.ContainerImage;
  /** The processor it is built for. */
  readonly architecture: Architecture;
  /** The command with which the container checks itself. */
  readonly healthCommand: (port: number, path: string) => string[];
  /** Whether the image's user may write to a volume on `/tmp`. */
  readonly writableTmp: boolean;
}

/** Options of an image of bundled sources. */
export interface SourceImageOptions {
  /** The processor it is built for, and its tasks run on. @default 'arm64' */
  readonly architecture?: Architecture;
  /** Further sources next to the main one: `seed.ts` runs as `node seed.js` in a one-off task. @default - none */
  readonly commands?: string[];
  /** A `/tmp` the task may write to, empty at start and gone with the task. @default false */
  readonly writableTmp?: boolean;
}

/** What Mosaic must know about an image that it does not write itself. */
export interface OtherImageOptions {
  /** Command, run in the container, that ends with 0 when it is healthy, for example `['curl', '-f', …]`. */
  readonly healthCommand: string[];
  /** The processor it is built for, and its tasks run on. @default 'arm64' */
  readonly architecture?: Architecture;
  /** Whether the image gives `/tmp` to its user and declares it a volume, so that one can be put there. @default false */
  readonly writableTmp?: boolean;
}

/** Options of an image from a Dockerfile. */
export interface DockerfileImageOptions extends OtherImageOptions {
  /** Name of the file in the folder. @default 'Dockerfile' */
  readonly file?: string;
  /** Arguments of the build. @default - none */
  readonly buildArgs?: Record<string, string>;
}

const NODE_IMAGE = 'public.ecr.aws/docker/library/node:26.10.0-slim';

/** Where the image of a service comes from; it decides the processor of the service's tasks as well. */
export class ServiceImage {
  /** Bundles TypeScript for a slim Node image. `entry` is a file, or a folder with `main.ts`. */
  static fromSource(entry: string, options: SourceImageOptions = {}): ServiceImage {
    const { architecture = 'arm64', commands = [], writableTmp = false } = options;
    return new ServiceImage((scope) => ({
      image: ecs.ContainerImage.fromDockerImageAsset(
        sourceAsset(scope, entry, { architecture, commands, writableTmp }),
      ),
      architecture,
      healthCommand: fetchHealth,
      writableTmp,
    }));
  }

  /** Builds a Dockerfile of yours. */
  static fromDockerfile(folder: string, options: DockerfileImageOptions): ServiceImage {
    checkHealth('fromDockerfile', options);
    const { architecture = 'arm64', file = 'Dockerfile', buildArgs } = options;
    return new ServiceImage((scope) => {
      const path = resolve(folder, file);
      if (!existsSync(path)) {
        refuse(
          scope,
          `the image is built from a Dockerfile, got ${path}, which is not there; name its folder, or its file`,
        );
      }
      const asset = new assets.DockerImageAsset(scope, 'Image', {
        directory: folder,
        file: options.file,
        buildArgs,
        platform: PLATFORMS[architecture],
      });
      return { ...other(options), image: ecs.ContainerImage.fromDockerImageAsset(asset) };
    });
  }

  /** Takes an image that exists in a public registry, named with its tag or digest. */
  static fromRegistry(name: string, options: OtherImageOptions): ServiceImage {
    if (PRIVATE_ECR.test(name)) {
      throw new Error(
        `ServiceImage.fromRegistry: nobody may pull from a private repository without permission, got '${name}'; ` +
          'use ServiceImage.fromRepository, which grants it; Repository.fromRepositoryArn finds one that exists',
      );
    }
    if (!/(:[\w.-]+|@sha256:[0-9a-f]{64}|\$\{Token\[.+\]\})$/.test(name) || name.endsWith(':latest')) {
      throw new Error(
        `ServiceImage.fromRegistry: an image must be pinned, got '${name}'; add its digest, or a tag other than latest`,
      );
    }
    checkHealth('fromRegistry', options);
    return new ServiceImage(() => ({ ...other(options), image: ecs.ContainerImage.fromRegistry(name) }));
  }

  /** Takes an image that exists in a private ECR repository, by its tag or digest, and the permission to pull it. */
  static fromRepository(repository: ecr.IRepository, tagOrDigest: string, options: OtherImageOptions): ServiceImage {
    const isFixed = Token.isUnresolved(tagOrDigest) || /^(sha256:[0-9a-f]{64}|\w[\w.-]*)$/.test(tagOrDigest);
    if (typeof tagOrDigest !== 'string' || !isFixed || tagOrDigest === 'latest') {
      throw new Error(
        `ServiceImage.fromRepository: an image must be pinned, got '${tagOrDigest}' of ` +
          `${repository.node.path}; name its digest as 'sha256:…', or a tag other than latest`,
      );
    }
    checkHealth('fromRepository', options);
    return new ServiceImage(() => ({
      ...other(options),
      image: ecs.ContainerImage.fromEcrRepository(repository, tagOrDigest),
    }));
  }

  /** Makes the image in the scope of the service that runs it. */
  readonly bind: (scope: Construct) => BoundImage;

  private constructor(bind: (scope: Construct) => BoundImage) {
    this.bind = bind;
  }
}

/** Address of a private ECR repository, IPv4 or dual-stack; account and region may be tokens. */
const PRIVATE_ECR = /^[^/]+\.dkr[.-]ecr[.-][^/]+\//;

const PLATFORMS = { arm64: assets.Platform.LINUX_ARM64, x64: assets.Platform.LINUX_AMD64 };

const other = ({ healthCommand, architecture = 'arm64', writableTmp = false }: OtherImageOptions) => ({
  architecture,
  healthCommand: () => healthCommand,
  writableTmp,
});

function checkHealth(method: string, options: OtherImageOptions): void {
  const command: unknown = options?.healthCommand;
  if (Array.isArray(command) && command.length > 0) return;
  throw new Error(
    `ServiceImage.${method}: a container checks itself by healthCommand, got ${JSON.stringify(command)}; ` +
      "give the command as a list: ['CMD', 'curl', '-f', …]",
  );
}

const fetchHealth = (port: number, path: string): string[] => [
  'CMD',
  'node',
  '-e',
  `fetch('http://localhost:${port}${path}').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))`,
];

function sourceAsset(scope: Construct, entry: string, options: Required<SourceImageOptions>): assets.DockerImageAsset {
  const folder = mkdtempSync(join(tmpdir(), 'service-image-'));
  try {
    for (const [name, bytes] of bundle(scope, entry, options.commands)) writeFileSync(join(folder, name), bytes);
    writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}\n');
    writeFileSync(join(folder, 'Dockerfile'), dockerfile(options));
    return new assets.DockerImageAsset(scope, 'Image', {
      directory: folder,
      platform: PLATFORMS[options.architecture],
    });
  } finally {
    // The asset has its own copy by now.
    rmSync(folder, { recursive: true });
  }
}

function bundle(scope: Construct, entry: string, commands: readonly string[]) {
  try {
    return bundleSource(entry, commands);
  } catch (error) {
    throw new Error(`${scope.node.path}: ${(error as Error).message}`, { cause: error });
  }
}

function dockerfile({ writableTmp }: { writableTmp: boolean }): string {
  // On Fargate a volume belongs to root unless the image gave its path to the user.
  const tmp = writableTmp ? ['RUN mkdir -p /tmp && chown node /tmp', 'VOLUME /tmp'] : [];
  return [
    `FROM ${NODE_IMAGE}`,
    'ENV NODE_ENV=production',
    'WORKDIR /app',
    ...tmp,
    'COPY package.json *.js *.js.map ./',
    'USER node',
    'CMD ["node", "--enable-source-maps", "main.js"]',
    '',
  ].join('\n');
}
