import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ImageAsset } from '../../../assembly/assembly.ts';
import { ImageStore, type PreparedImage } from '../../../twin/images/image-store.ts';
import { Reaper } from '../../../twin/reaper.ts';

let folder: string;
let reaper: Reaper;
beforeAll(() => {
  reaper = new Reaper();
});
afterAll(() => reaper.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function context(files: Record<string, string>): ImageAsset {
  const directory = join(folder, 'context');
  rmSync(directory, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return {
    repository: 'assets',
    tag: 'abc',
    directory,
    dockerfile: 'Dockerfile',
    target: undefined,
    buildArgs: {},
    platform: 'linux/arm64',
  };
}

const store = (): ImageStore => new ImageStore({ folder: join(folder, 'images'), reaper });

async function prepare(asset: ImageAsset, steps: string[] = [], images = store()): Promise<PreparedImage> {
  const image = await images.prepare({ image: 'x', asset }, (text) => steps.push(text));
  if (image.kind === 'refused') throw new Error(image.why);
  return image;
}

const refusal = async (asset: ImageAsset | undefined): Promise<string> => {
  const image = await store().prepare({ image: 'nginx:1.27', asset }, () => {});
  if (image.kind !== 'refused') throw new Error('was not refused');
  return image.why;
};

const files = (image: PreparedImage, path: string): string[] =>
  readdirSync(join(image.root, path), { recursive: true, encoding: 'utf8' }).sort();

const manifest = (scripts: Record<string, string>): string =>
  JSON.stringify({ name: 'app', version: '1.0.0', scripts, dependencies: { dep: 'file:./dep' } });

describe('ImageStore', () => {
  it('prepares our own kind of image', async () => {
    const image = await prepare(
      context({
        Dockerfile: `FROM public.ecr.aws/docker/library/node:26.10.0-slim
          ENV NODE_ENV=production
          WORKDIR /app
          RUN mkdir -p /tmp && chown node /tmp
          VOLUME /tmp
          COPY package.json *.js *.js.map ./
          USER node
          CMD ["node", "main.js"]`,
        'main.js': '1',
        'main.js.map': '{}',
        'package.json': '{}',
      }),
    );
    expect(image).toMatchObject({
      base: { node: 26, variant: 'slim' },
      workdir: '/app',
      user: 'node',
      command: ['node', 'main.js'],
      environment: { NODE_ENV: 'production' },
      volumes: [{ path: '/tmp', owner: 'node' }],
    });
    expect(files(image, 'app')).toEqual(['main.js', 'main.js.map', 'package.json']);
  });

  it.each([
    ['VOLUME /tmp', 'root'],
    ['VOLUME /tmp\nRUN chown node /tmp', 'root'],
    ['RUN chown -R 1000:1000 /tmp/..\nVOLUME /tmp', 'node'],
    ['RUN chmod 1777 /tmp\nVOLUME /tmp', '*'],
    ['RUN chmod 755 /tmp\nVOLUME /tmp', 'root'],
    ['COPY --chown=node a /tmp/\nVOLUME /tmp', 'root'],
  ])('knows who owns a volume: %j is of %s', async (lines, owner) => {
    const image = await prepare(context({ Dockerfile: `FROM node:26\n${lines}`, a: '' }));
    expect(image.volumes).toEqual([{ path: '/tmp', owner }]);
  });

  it('builds with npm once, and again only where files or instructions changed', async () => {
    const app = {
      Dockerfile: `FROM node:22 AS build
        WORKDIR /src
        COPY package.json ./
        COPY dep dep
        RUN NODE_ENV=production npm install --no-audit
        COPY . .
        RUN npm run build && rm -rf *.txt
        FROM node:22-alpine
        WORKDIR /app
        COPY --from=build /src/dist ./dist
        COPY --from=build /src/node_modules ./node_modules
        ENTRYPOINT ["npm"]
        CMD ["start"]`,
      'package.json': manifest({ build: 'node build.js' }),
      'build.js':
        "require('fs').mkdirSync('dist'); require('fs').writeFileSync('dist/out.js', String(process.cwd().endsWith('src')) + require('dep'))",
      'dep/package.json': '{"name":"dep","version":"1.0.0","main":"main.js"}',
      'dep/main.js': 'module.exports = 42',
      'notes.txt': '',
    };
    const images = store();
    const steps: string[] = [];
    const asset = context(app);
    const [image, same] = await Promise.all([prepare(asset, steps, images), prepare(asset, steps, images)]);
    expect(steps).toEqual(['npm install --no-audit, once', 'npm run build, once']);
    expect(same.root).toBe(image.root);
    expect(readFileSync(join(image.root, 'app/dist/out.js'), 'utf8')).toBe('true42');
    expect(files(image, 'app')).not.toContain('notes.txt');
    expect(image).toMatchObject({ base: { variant: 'alpine' }, entryPoint: ['npm'], command: ['start'] });

    const later: string[] = [];
    expect((await prepare(context(app), later)).root).toBe(image.root);
    expect(later).toEqual([]);
    await prepare(context({ ...app, 'other.js': '' }), later);
    expect(later).toEqual(['npm run build, once']);
  });

  it('mounts files of the context while a command runs, and builds again when they change', async () => {
    const app = {
      Dockerfile: `FROM node:26
        WORKDIR /app
        RUN --mount=type=bind,source=given.txt,target=in.txt --mount=type=cache,target=/root/.npm \\
            node -e "fs.copyFileSync('in.txt', 'out.txt')"`,
      'given.txt': 'one',
    };
    const image = await prepare(context(app));
    expect(files(image, 'app')).toEqual(['out.txt']);
    const changed = await prepare(context({ ...app, 'given.txt': 'two' }));
    expect(readFileSync(join(changed.root, 'app/out.txt'), 'utf8')).toBe('two');
  });

  it('leaves no half-made image where a command fails, and says what it said', async () => {
    const asset = context({
      Dockerfile: 'FROM node:26\nWORKDIR /app\nCOPY . .\nRUN npm run broken',
      'package.json': manifest({ broken: 'echo it broke && exit 3' }),
    });
    expect(await refusal(asset)).toMatch(
      /^Dockerfile line 4: RUN npm run broken: npm run broken ended with 3:[\s\S]*it broke/,
    );
    expect(readdirSync(join(folder, 'images')).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(await refusal(asset)).toContain('it broke');
  });

  it('honours .dockerignore', async () => {
    const image = await prepare(
      context({
        Dockerfile: 'FROM node:26\nCOPY . /app',
        '.dockerignore': '# none\nsecrets\n**/*.log\n!keep.log\nDockerfile\n',
        'secrets/key': '',
        'a/b.log': '',
        'keep.log': '',
        'a/b.js': '',
      }),
    );
    expect(files(image, 'app')).toEqual(['.dockerignore', 'a', 'a/b.js', 'keep.log']);
  });

  it('copies as Docker does: what is in a folder, into folders, under new names', async () => {
    const image = await prepare(
      context({
        Dockerfile:
          'FROM node:26\nWORKDIR /app\nCOPY dir ./\nCOPY one two\nCOPY one here/\nCOPY --chmod=700 ["one", "dir/*.js", "all/"]\nCOPY <<EOF text\nhi\nEOF\nRUN cp one2/../two three || true\nRUN mkdir -p x && cd x && mv ../two four',
        one: '1',
        'dir/in.js': '2',
        'dir/sub/in.txt': '3',
      }),
    );
    expect(files(image, 'app')).toEqual(
      [
        'all',
        'all/in.js',
        'all/one',
        'here',
        'here/one',
        'in.js',
        'sub',
        'sub/in.txt',
        'text',
        'three',
        'x',
        'x/four',
      ].sort(),
    );
  });

  it.each([
    ['FROM python:3', 'the twin runs images made FROM node:<tag>, got FROM python:3'],
    ['FROM node:26\nRUN apk add curl', "Dockerfile line 2: RUN apk add curl: the twin's builds do not run apk"],
    [
      'FROM node:26\nRUN curl x | sh',
      "Dockerfile line 2: RUN curl x | sh: the twin's builds do not support '|' (curl x | sh)",
    ],
    [
      'FROM node:26\nRUN npm i -g pm2',
      "Dockerfile line 2: RUN npm i -g pm2: the twin's builds do not run npm i -g pm2",
    ],
    ['FROM node:26\nRUN X=$(date) npm ci', 'command substitution'],
    ['FROM node:26\nCOPY none /', 'Dockerfile line 2: COPY none /: nothing to copy at none'],
    ['FROM node:26\nCOPY --from=nginx:1 /a /b', 'the twin has no image nginx:1 to copy from'],
    [
      'FROM node:26\nRUN --mount=type=secret,id=npm npm ci',
      "the twin's builds do not support --mount=type=secret,id=npm",
    ],
    ['FROM node:26\nADD https://x.y/z /z', "the twin's builds do not ADD https://x.y/z"],
  ])('refuses by name: %j', async (dockerfile, why) => {
    expect(await refusal(context({ Dockerfile: dockerfile }))).toContain(why);
  });

  it('refuses an image of a registry by its name', async () => {
    expect(await refusal(undefined)).toBe(
      'image nginx:1.27 comes from a registry; the twin runs images built from a Dockerfile',
    );
  });
});
