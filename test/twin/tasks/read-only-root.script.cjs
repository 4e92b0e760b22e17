// Tries everything that writes, and prints one line per attempt. Run on a real read-only mount and on the twin's.
const fs = require('node:fs');
const { once } = require('node:events');
const { promisify } = require('node:util');

const root = process.argv[2];
const at = (path) => `${root}/${path}`;
const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, W_OK, R_OK, F_OK, COPYFILE_EXCL } = fs.constants;

/** name of the function, then its arguments; run in its three forms. */
const calls = {
  'write new': ['writeFile', at('new'), 'x'],
  'write old': ['writeFile', at('old'), 'x'],
  'write folder': ['writeFile', at('folder'), 'x'],
  'write into nothing': ['writeFile', at('none/new'), 'x'],
  'write into file': ['writeFile', at('old/new'), 'x'],
  'write exclusively new': ['writeFile', at('new'), 'x', { flag: 'wx' }],
  'write exclusively old': ['writeFile', at('old'), 'x', { flag: 'wx' }],
  'write existing only': ['writeFile', at('new'), 'x', { flag: 'r+' }],
  'write by link': ['writeFile', at('link'), 'x'],
  'write by link to volume': ['writeFile', at('to-volume'), 'x'],
  'write by link out of volume': ['writeFile', at('data/out/new'), 'x'],
  'write by buffer': ['writeFile', Buffer.from(at('new')), 'x'],
  'write by url': ['writeFile', new URL(`file://${at('new')}`), 'x'],
  'append old': ['appendFile', at('old'), 'x'],
  'append new': ['appendFile', at('new'), 'x'],
  'open to read': ['open', at('old'), 'r'],
  'open to read nothing': ['open', at('none'), 'r'],
  'open to write': ['open', at('old'), 'r+'],
  'open by numbers': ['open', at('old'), O_WRONLY],
  'open folder to write': ['open', at('folder'), O_WRONLY],
  'open to create': ['open', at('new'), O_WRONLY | O_CREAT],
  'open to create exclusively': ['open', at('old'), O_WRONLY | O_CREAT | O_EXCL],
  'open to create for reading': ['open', at('new'), O_RDONLY | O_CREAT],
  'open with mode': ['open', at('new'), 'a', 0o600],
  'make folder': ['mkdir', at('made')],
  'make folder that is': ['mkdir', at('folder')],
  'make folder on file': ['mkdir', at('old')],
  'make folder in nothing': ['mkdir', at('none/made')],
  'make folders': ['mkdir', at('made/deep'), { recursive: true }],
  'make folders that are': ['mkdir', at('folder'), { recursive: true }],
  'make one folder with parents': ['mkdir', at('made'), { recursive: true }],
  'make folders on file': ['mkdir', at('old'), { recursive: true }],
  'make folders in file': ['mkdir', at('old/deep'), { recursive: true }],
  'make folders by number': ['mkdir', at('made'), 0o700],
  'make temporary': ['mkdtemp', at('tmp-')],
  'make temporary in nothing': ['mkdtemp', at('none/tmp-')],
  'remove file': ['unlink', at('old')],
  'remove nothing': ['unlink', at('none')],
  'remove in nothing': ['unlink', at('none/none')],
  'remove folder': ['rmdir', at('folder')],
  'remove no folder': ['rmdir', at('none')],
  'rm file': ['rm', at('old')],
  'rm nothing': ['rm', at('none')],
  'rm nothing by force': ['rm', at('none'), { force: true }],
  'rm file by force': ['rm', at('old'), { force: true }],
  'rm folder': ['rm', at('folder')],
  'rm tree': ['rm', at('folder'), { recursive: true, force: true }],
  rename: ['rename', at('old'), at('renamed')],
  'rename nothing': ['rename', at('none'), at('renamed')],
  'rename into nothing': ['rename', at('old'), at('none/renamed')],
  'rename into volume': ['rename', at('old'), at('data/renamed')],
  'rename out of volume': ['rename', at('data/mine'), at('renamed')],
  link: ['link', at('old'), at('linked')],
  'link nothing': ['link', at('none'), at('linked')],
  'link over': ['link', at('old'), at('folder')],
  'link into volume': ['link', at('old'), at('data/linked')],
  symlink: ['symlink', 'old', at('linked')],
  'symlink over': ['symlink', 'old', at('folder')],
  truncate: ['truncate', at('old'), 0],
  'truncate folder': ['truncate', at('folder'), 0],
  'truncate nothing': ['truncate', at('none'), 0],
  chmod: ['chmod', at('old'), 0o644],
  'chmod nothing': ['chmod', at('none'), 0o644],
  chown: ['chown', at('old'), process.getuid(), process.getgid()],
  lchown: ['lchown', at('link'), process.getuid(), process.getgid()],
  utimes: ['utimes', at('old'), 1, 1],
  lutimes: ['lutimes', at('link'), 1, 1],
  'copy here': ['copyFile', at('old'), at('copied')],
  'copy over': ['copyFile', at('old'), at('other')],
  'copy over exclusively': ['copyFile', at('old'), at('other'), COPYFILE_EXCL],
  'copy nothing': ['copyFile', at('none'), at('copied')],
  'copy into nothing': ['copyFile', at('old'), at('none/copied')],
  'access to write': ['access', at('old'), W_OK],
  'access to write folder': ['access', at('folder'), W_OK],
  'access to write nothing': ['access', at('none'), W_OK],
  'access to read': ['access', at('old'), R_OK],
  access: ['access', at('old'), F_OK],
  'access volume': ['access', at('data'), W_OK],
  'read file': ['readFile', at('old'), 'utf8'],
  'read nothing': ['readFile', at('none'), 'utf8'],
  'read folder': ['readdir', at('folder')],
  'write to null': ['writeFile', '/dev/null', 'x'],
  'write to a place that is not': ['writeFile', '/no-such-place/new', 'x'],
  'volume: write': ['writeFile', at('data/a'), 'x'],
  'volume: read': ['readFile', at('data/a'), 'utf8'],
  'volume: append': ['appendFile', at('data/a'), 'y'],
  'volume: make folder': ['mkdir', at('data/b/c'), { recursive: true }],
  'volume: copy': ['copyFile', at('old'), at('data/c')],
  'volume: symlink': ['symlink', 'a', at('data/s'), (path) => fs.unlinkSync(path)],
  'volume: symlink over': ['symlink', 'a', at('data/mine')],
  'volume: link': ['link', at('data/a'), at('data/l'), (path) => fs.unlinkSync(path)],
  'volume: chmod': ['chmod', at('data/a'), 0o600],
  'volume: utimes': ['utimes', at('data/a'), 1, 1],
  'volume: truncate': ['truncate', at('data/a'), 1],
  'volume: rename': ['rename', at('data/a'), at('data/d')],
  'volume: unlink': ['unlink', at('data/d'), () => fs.writeFileSync(at('data/d'), '')],
  'volume: rm tree': ['rm', at('data/b'), { recursive: true, force: true }],
  'foreign volume: write': ['writeFile', at('theirs/a'), 'x'],
  'foreign volume: write old': ['writeFile', at('theirs/old'), 'x'],
  'foreign volume: make folder': ['mkdir', at('theirs/b')],
  'foreign volume: make folder that is': ['mkdir', at('theirs'), { recursive: true }],
  'foreign volume: remove': ['unlink', at('theirs/old')],
  'foreign volume: remove nothing': ['unlink', at('theirs/none')],
  'foreign volume: access': ['access', at('theirs'), W_OK],
  'foreign volume: read': ['readFile', at('theirs/old'), 'utf8'],
};

const told = (error) => {
  const { code, errno, syscall } = error;
  // `cpSync` has some numbers positive.
  return { code, errno: Math.abs(errno), syscall };
};
const shown = (result) =>
  typeof result === 'string' && result.includes('/') ? 'a path' : typeof result === 'number' ? 'a number' : result;

async function attempt(name, form, act) {
  let outcome;
  try {
    const result = await act();
    if (typeof result === 'number') fs.closeSync(result);
    if (typeof result?.close === 'function') await result.close();
    outcome = typeof result === 'object' && !Array.isArray(result) ? 'an object' : shown(result);
  } catch (error) {
    outcome = told(error);
  }
  console.log(JSON.stringify([name, form, outcome === undefined ? 'done' : outcome]));
}

async function main() {
  for (const [name, [method, ...args]] of Object.entries(calls)) {
    const undo = typeof args.at(-1) === 'function' ? args.pop() : () => {};
    for (const [form, act] of [
      ['sync', () => fs[`${method}Sync`](...args)],
      ['callback', () => promisify(fs[method])(...args)],
      ['promise', () => fs.promises[method](...args)],
    ]) {
      await attempt(name, form, act);
      try {
        undo(args.at(-1) ?? args[0]);
      } catch {}
      if (name === 'volume: rename' && fs.existsSync(at('data/d'))) fs.renameSync(at('data/d'), at('data/a'));
      if (name === 'volume: rename' && form === 'promise') fs.renameSync(at('data/a'), at('data/d'));
    }
  }
  await attempt('write stream', 'stream', async () => {
    const stream = fs.createWriteStream(at('new'));
    stream.end('x');
    await once(stream, 'finish');
  });
  await attempt('write stream in volume', 'stream', async () => {
    const stream = fs.createWriteStream(at('data/stream'));
    stream.end('x');
    await once(stream, 'finish');
  });
  await attempt('exists', 'sync', () => [
    fs.existsSync(at('old')),
    fs.existsSync(at('none')),
    fs.existsSync(at('data')),
  ]);
  for (const [from, to] of [
    ['folder', 'copied'],
    ['folder', 'other-folder'],
    ['old', 'copied'],
    ['old', 'other'],
    ['none', 'copied'],
  ]) {
    const args = [at(from), at(to), { recursive: true }];
    await attempt(`cp ${from} ${to}`, 'sync', () => fs.cpSync(...args));
    await attempt(`cp ${from} ${to}`, 'promise', () => fs.promises.cp(...args));
  }
  await attempt('copy tree into volume', 'sync', () => fs.cpSync(at('folder'), at('data/copied'), { recursive: true }));
  await attempt('descriptor', 'sync', () => {
    const descriptor = fs.openSync(at('data/e'), 'w+');
    fs.writeSync(descriptor, 'hello');
    fs.fsyncSync(descriptor);
    fs.fdatasyncSync(descriptor);
    fs.fchmodSync(descriptor, 0o640);
    fs.ftruncateSync(descriptor, 4);
    fs.futimesSync(descriptor, 5, 7);
    const { size, mode, mtimeMs } = fs.fstatSync(descriptor);
    fs.closeSync(descriptor);
    return [size, mode & 0o777, mtimeMs];
  });
  await attempt('handle', 'promise', async () => {
    const handle = await fs.promises.open(at('data/f'), 'w+');
    await handle.writeFile('hello');
    await handle.sync();
    await handle.datasync();
    await handle.chmod(0o640);
    await handle.utimes(5, 7);
    await handle.truncate(4);
    const { size, mode } = await handle.stat();
    await handle.close();
    return [size, mode & 0o777];
  });
  await attempt('descriptor of the root', 'sync', () => fs.fchmodSync(fs.openSync(at('old'), 'r'), 0o644));
  await attempt('atomic write', 'promise', async () => {
    await fs.promises.writeFile(at('data/atomic.tmp'), 'x', { flush: true });
    await fs.promises.rename(at('data/atomic.tmp'), at('data/atomic'));
    return fs.promises.readFile(at('data/atomic'), 'utf8');
  });
  await attempt('child process', 'sync', () =>
    String(require('node:child_process').execFileSync(process.execPath, ['-p', '1+1'])),
  );
  await attempt('child process writes', 'sync', () =>
    String(
      require('node:child_process').execFileSync(process.execPath, [
        '-e',
        `try { require('fs').writeFileSync(${JSON.stringify(at('new'))}, '') } catch (error) { console.log(error.code) }`,
      ]),
    ),
  );
  await attempt('worker', 'event', async () => {
    const worker = new (require('node:worker_threads').Worker)(
      `try { require('fs').writeFileSync(${JSON.stringify(at('new'))}, '') } catch (error) { require('node:worker_threads').parentPort.postMessage(error.code) }`,
      { eval: true },
    );
    return (await once(worker, 'message'))[0];
  });
  await attempt('module', 'import', async () => (await import('node:fs')).writeFileSync(at('new'), ''));
  await attempt('module', 'import named', async () => {
    const { writeFile } = await import('node:fs/promises');
    await writeFile(at('new'), '');
  });
  await attempt('require', 'sync', () => require(at('module.js')));
  await attempt('server', 'event', async () => {
    const server = require('node:http').createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });
}

main();
