// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles are written so.
import { describe, expect, it } from '@jest/globals';
import type { Instruction } from '../../assembly/dockerfile.ts';
import { parseDockerfile } from '../../assembly/parse-dockerfile.ts';

type Of<K, I = Instruction> = I extends { kind: infer J } ? (K extends J ? I : never) : never;

const only = <K extends Instruction['kind']>(text: string, kind: K): Of<K>[] =>
  parseDockerfile(`FROM node:26\n${text}`).target.instructions.filter((each) => each.kind === kind) as Of<K>[];

describe('parseDockerfile', () => {
  it('knows stages by name and by number, and which one is built', () => {
    const text = 'FROM node:22 AS build\nWORKDIR /a\nFROM build AS tested\nFROM node:22-slim\nCOPY --from=0 /a /a\n';
    const all = parseDockerfile(text);
    expect(all.stages.map(({ name }) => name)).toEqual(['build', 'tested', '2']);
    expect(all.target.instructions[0]).toMatchObject({ kind: 'COPY', from: { stage: { name: 'build' } } });
    expect(parseDockerfile(text, { target: 'Tested' }).target.base).toMatchObject({ stage: { name: 'build' } });
    expect(() => parseDockerfile(text, { target: 'none' })).toThrow('Dockerfile: no stage none');
  });

  it('takes build arguments over defaults, and global ones only where a stage asks for them', () => {
    const text = 'ARG V=20\nARG A=1\nFROM node:${V}-slim\nARG A\nARG B=${A}b\nENV GOT=$A/$B/${V:-none}\n';
    const built = parseDockerfile(text, { buildArgs: { V: '22', B: 'x' } });
    expect(built.target.base).toEqual({ image: 'node:22-slim' });
    expect(built.target.instructions).toMatchObject([{ kind: 'ENV', variables: { GOT: '1/x/none' } }]);
    expect(parseDockerfile(text).target.instructions).toMatchObject([{ variables: { GOT: '1/1b/none' } }]);
  });

  it('inherits the environment of the stage it continues', () => {
    const text = 'FROM node:22 AS a\nENV HOME_DIR=/srv\nFROM a\nWORKDIR $HOME_DIR/app\n';
    expect(parseDockerfile(text).target.instructions).toMatchObject([{ kind: 'WORKDIR', path: '/srv/app' }]);
  });

  it('reads both forms of ENV, quotes included', () => {
    expect(
      only('ENV A=1 B="two words" C=a\\ b D=\'$A\'\nENV OLD some text here', 'ENV').map((e) => e.variables),
    ).toEqual([{ A: '1', B: 'two words', C: 'a b', D: '$A' }, { OLD: 'some text here' }]);
  });

  it.each([
    ['$A-${A}', 'x-x'],
    ['${N:-d}${N-d}${E:-d}${E-d}', 'ddd'],
    ['${A:+set}${E:+set}${N+set}', 'set'],
    ['${N:-${A}}', 'x'],
    ['\\$A', '$A'],
    ['$N', ''],
  ])('expands %s', (word, expected) => {
    expect(only(`ENV A=x E=\nUSER ${word}`, 'USER')[0]!.user).toBe(expected);
  });

  it('names a variable that must be set', () => {
    expect(() => parseDockerfile('FROM node\nUSER ${N:?say who}')).toThrow(
      'Dockerfile line 2: variable N is not set: say who',
    );
  });

  it('reads shell and exec forms, and leaves their variables to the shell', () => {
    expect(only('ENV P=1\nCMD node $P\nCMD ["node", "$P"]', 'CMD').map((each) => each.command)).toEqual([
      { form: 'shell', script: 'node $P' },
      { form: 'exec', words: ['node', '$P'] },
    ]);
    expect(only("CMD ['node']", 'CMD')[0]!.command).toEqual({ form: 'shell', script: "['node']" });
  });

  it('reads the flags and forms of COPY', () => {
    const [plain, json] = only('COPY --chown=node:node --chmod=755 --link a* b /to/\nADD ["a b", "c/"]', 'COPY');
    expect(plain).toMatchObject({ sources: ['a*', 'b'], destination: '/to/', chown: 'node:node', chmod: '755' });
    expect(plain!.flags).toEqual(['--link']);
    expect(json).toBeUndefined();
    expect(only('ADD ["a b", "c/"]', 'ADD')[0]).toMatchObject({ sources: ['a b'], destination: 'c/' });
    expect(only('COPY --from=nginx:1 /a /b', 'COPY')[0]!.from).toEqual({ image: 'nginx:1' });
  });

  it('joins continued lines, comments and empty lines between them left out', () => {
    const [run] = only('ARG A=1\nRUN --mount=type=cache,target=/root/.npm npm ci \\\n  # why\n\n  && npm prune', 'RUN');
    expect(run).toMatchObject({ line: 3, flags: ['--mount=type=cache,target=/root/.npm'] });
    expect(run!.command).toMatchObject({ script: expect.stringMatching(/^npm ci\s+&& npm prune$/) });
    expect(run!.environment).toMatchObject({ A: '1' });
    expect(parseDockerfile('# escape=`\nFROM node\nCMD a `\n  b').target.instructions[0]).toMatchObject({
      command: { script: expect.stringMatching(/^a\s+b$/) },
    });
  });

  it('reads heredocs of RUN and COPY', () => {
    const text = 'RUN <<EOF\nnpm ci\nnpm prune\nEOF\nENV A=1\nCOPY <<one <<"two" /etc/\n$A\none\n$A\ntwo\nUSER node';
    expect(only(text, 'RUN')[0]!.command).toEqual({ form: 'shell', script: 'npm ci\nnpm prune\n' });
    expect(only(text, 'COPY')[0]!.inline).toEqual([
      { name: 'one', content: '1\n' },
      { name: 'two', content: '$A\n' },
    ]);
    expect(only(text, 'USER')).toHaveLength(1);
  });

  it('reads health check, volumes, shell and stop signal', () => {
    const text =
      'HEALTHCHECK --interval=5s --retries=2 CMD node check.js\nVOLUME ["/a"]\nVOLUME /b /c\nSTOPSIGNAL SIGINT';
    expect(only(text, 'HEALTHCHECK')[0]).toMatchObject({
      command: { form: 'shell', script: 'node check.js' },
      options: { interval: '5s', retries: '2' },
    });
    expect(only(text, 'VOLUME').map(({ paths }) => paths)).toEqual([['/a'], ['/b', '/c']]);
    expect(only(text, 'STOPSIGNAL')[0]!.signal).toBe('SIGINT');
    expect(only('SHELL ["/bin/bash", "-c"]', 'SHELL')[0]!.command).toEqual(['/bin/bash', '-c']);
  });

  it('knows the platform it builds for', () => {
    const text = 'FROM --platform=$BUILDPLATFORM node:26\nARG TARGETARCH\nENV ARCH=$TARGETARCH NOT=$TARGETOS';
    expect(parseDockerfile(text, { platform: 'linux/arm64' }).target.instructions).toMatchObject([
      { variables: { ARCH: 'arm64', NOT: '' } },
    ]);
  });

  it('names an instruction it does not know, and its line', () => {
    expect(() => parseDockerfile('FROM node:26\n\nINSTALL npm')).toThrow(
      'Dockerfile line 3: unknown instruction INSTALL',
    );
  });
});
