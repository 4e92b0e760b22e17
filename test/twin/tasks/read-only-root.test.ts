import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writePlainScripts } from '../../../twin/plain-scripts.ts';
import { joinNodeOptions, permissionFlags } from '../../../twin/tasks/node-flags.ts';
import type { ContainerView } from '../../../twin/tasks/preload/container-view.ts';

/** The container path under which both sides see the same files. It exists on every Linux. */
const ROOT = '/mnt';
const NOBODY = 65534;
const script = join(import.meta.dirname, 'read-only-root.script.cjs');

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'read-only-root-')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fill(root: string): void {
  for (const path of ['folder', 'other-folder', 'data', 'theirs']) mkdirSync(join(root, path), { recursive: true });
  for (const path of ['old', 'other', 'folder/in']) writeFileSync(join(root, path), path);
  writeFileSync(join(root, 'module.js'), 'module.exports = "a module"');
  symlinkSync('old', join(root, 'link'));
  symlinkSync('data/linked-to', join(root, 'to-volume'));
}

function fillVolumes(data: string, theirs: string): void {
  mkdirSync(data, { recursive: true });
  mkdirSync(theirs, { recursive: true });
  writeFileSync(join(data, 'mine'), '');
  symlinkSync('..', join(data, 'out'));
  writeFileSync(join(theirs, 'old'), 'theirs');
}

function onTwin(name: string, view: Partial<ContainerView>, ...command: string[]) {
  const root = join(folder, name);
  fill(join(root, ROOT));
  fillVolumes(join(root, ROOT, 'data'), join(root, ROOT, 'theirs'));
  const volumes = [
    { folder: join(root, ROOT, 'data'), writable: true },
    { folder: join(root, ROOT, 'theirs'), writable: false },
  ];
  const whole: ContainerView = {
    root,
    data: folder,
    places: [ROOT, '/tmp'],
    known: [import.meta.dirname],
    volumes,
    readonlyRoot: true,
    ...view,
  };
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(whole));
  const flags = whole.readonlyRoot ? permissionFlags([volumes[0]!.folder])! : [];
  return spawnSync(process.execPath, command, {
    encoding: 'utf8',
    cwd: join(root, ROOT),
    env: {
      PATH: process.env.PATH,
      MOSAIC_TWIN_FILES: join(folder, `${name}.json`),
      NODE_OPTIONS: joinNodeOptions([
        `--require=${writePlainScripts(join(import.meta.dirname, '../../../twin/tasks/preload'), join(folder, 'preload'))}/container-root.cjs`,
        ...flags,
      ]),
    },
  });
}

/** The script in a mount namespace where the root is mounted read-only and volumes are mounts of their own. */
function onRealMount() {
  const base = join(folder, 'real');
  const volumes = join(folder, 'real-volumes');
  fill(base);
  fillVolumes(join(volumes, 'data'), join(volumes, 'theirs'));
  const mounts = [
    'mount --make-rprivate /',
    `mount --bind ${base} ${ROOT}`,
    `mount --bind ${volumes}/data ${ROOT}/data`,
    `mount --bind ${volumes}/theirs ${ROOT}/theirs`,
    `mount -o remount,bind,ro ${ROOT}`,
    `chown -R ${NOBODY} ${volumes}/data`,
    `exec setpriv --reuid=${NOBODY} --clear-groups "$@"`,
  ];
  // Everything belongs to the user, so that what the mount forbids is not mixed with what modes forbid.
  spawnSync('chown', ['-R', String(NOBODY), base]);
  return spawnSync('unshare', ['-m', '/bin/sh', '-c', mounts.join(' && '), 'sh', process.execPath, script, ROOT], {
    encoding: 'utf8',
  });
}

const canMount =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-m', 'setpriv', '--reuid=65534', '--clear-groups', process.execPath, '-e', '0']).status === 0;
if (!canMount) {
  console.warn('SKIPPED: no mount namespace can be made here, so the read-only root is not compared with a real one');
}

const lines = (stdout: string): string[] => stdout.trim().split('\n');

describe('a read-only root', () => {
  (canMount ? it : it.skip)('answers every call as a real read-only mount does', () => {
    spawnSync('chmod', ['755', folder]);
    const real = onRealMount();
    const twin = onTwin('compared', {}, script, ROOT);
    expect([real.status, twin.status]).toEqual([0, 0]);
    expect(lines(real.stdout).length).toBeGreaterThan(300);
    expect(lines(twin.stdout)).toEqual(lines(real.stdout));
  });

  it('lets nothing be written, and volumes be written to', () => {
    const twin = onTwin('enforced', {}, script, ROOT);
    const root = join(folder, 'enforced', ROOT);
    expect(twin.status).toBe(0);
    expect(readFileSync(join(root, 'old'), 'utf8')).toBe('old');
    expect(readFileSync(join(root, 'theirs/old'), 'utf8')).toBe('theirs');
    expect(readFileSync(join(root, 'data/atomic'), 'utf8')).toBe('x');
    // The negative control: the same script with the root writable changes it.
    onTwin('open', { readonlyRoot: false, volumes: [] }, script, ROOT);
    expect(() => readFileSync(join(folder, 'open', ROOT, 'old'), 'utf8')).toThrow('ENOENT');
  });

  it('changes nothing else: with the root writable the script does what it does without the twin', () => {
    const plain = join(folder, 'plain');
    fill(plain);
    fillVolumes(join(plain, 'data'), join(plain, 'theirs'));
    const native = spawnSync(process.execPath, [script, plain], { encoding: 'utf8', env: { PATH: process.env.PATH } });
    const twin = onTwin('writable', { readonlyRoot: false, volumes: [] }, script, ROOT);
    expect(lines(twin.stdout)).toEqual(lines(native.stdout));
  });

  it('warns of nothing', () => {
    expect(onTwin('quiet', {}, '-e', 'require("fs").existsSync("/mnt")')).toMatchObject({ stdout: '', stderr: '' });
  });

  it('is enforced also where the preload does not look', () => {
    const code =
      'try { process.report.writeReport(process.cwd() + "/report.json") } catch (error) { console.log(error.code) }';
    expect(onTwin('report', {}, '-e', code).stdout).toBe('ERR_ACCESS_DENIED\n');
  });
});

describe('absolute paths of the container', () => {
  const run = (name: string, code: string, view: Partial<ContainerView> = { readonlyRoot: false, volumes: [] }) => {
    const { stdout, stderr } = onTwin(name, view, '-e', code);
    return `${stdout}${stderr}`.trim();
  };

  it('reach the files of the task', () => {
    expect(
      run('read', 'console.log(require("fs").readFileSync("/mnt/folder/in", "utf8"), require("/mnt/module.js"))'),
    ).toBe('folder/in a module');
    expect(onTwin('main', {}, '/mnt/folder/../module.js').status).toBe(0);
    expect(run('chdir', 'process.chdir("/mnt/folder"); console.log(require("fs").readdirSync("."))')).toBe("[ 'in' ]");
    expect(
      run('spawn', 'require("child_process").exec("ls", { cwd: "/mnt/folder" }, (e, out) => console.log(out))'),
    ).toBe('in');
  });

  it('reach what only this machine has, such as certificates, to read it', () => {
    const code = "const fs = require('fs'); console.log(fs.fstatSync(fs.openSync('/etc/hosts')).size > 0)";
    expect(run('certificates', code, { readonlyRoot: false, volumes: [], known: [] })).toBe('true');
  });

  it('never reach files this machine has there', () => {
    const host = mkdtempSync('/tmp/host-');
    try {
      expect(run('host', `console.log(require("fs").existsSync(${JSON.stringify(host)}))`)).toBe('false');
      // The negative control: where the path is not the container's, it is the machine's.
      expect(
        run('control', `console.log(require("fs").existsSync(${JSON.stringify(host)}))`, {
          readonlyRoot: false,
          volumes: [],
          places: [],
        }),
      ).toBe('true');
    } finally {
      rmSync(host, { recursive: true });
    }
  });

  it("are the task's own where it writes to a folder its image has and this machine too", () => {
    const code =
      'const fs = require("fs"); fs.writeFileSync("/usr/mosaic-test", "x"); console.log(fs.readFileSync("/usr/mosaic-test", "utf8"))';
    expect(run('usr', code)).toBe('x');
    expect(readFileSync(join(folder, 'usr/usr/mosaic-test'), 'utf8')).toBe('x');
    expect(() => readFileSync('/usr/mosaic-test')).toThrow('ENOENT');
  });
});
