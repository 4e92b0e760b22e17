import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type SecretGenerator, secret } from '../../../system/resources/secret.ts';
import { generatedSecret } from '../../../twin/aws/generated-secret.ts';
import { Secrets } from '../../../twin/aws/secrets.ts';
import { arn, resource, systemOf } from '../../system/iam/system-of.ts';

const plain: SecretGenerator = {
  length: 32,
  template: undefined,
  key: undefined,
  excludeCharacters: '',
  excludeLowercase: false,
  excludeUppercase: false,
  excludeNumbers: false,
  excludePunctuation: false,
  includeSpace: false,
};

describe('a generated secret', () => {
  it('has the length asked for and a character of each class', () => {
    for (let i = 0; i < 50; i++) {
      const value = generatedSecret({ ...plain, length: 5, includeSpace: true });
      expect(value).toHaveLength(5);
      for (const each of [/[a-z]/, /[A-Z]/, /[0-9]/, /[!-/:-@[-`{-~]/, / /]) expect(value).toMatch(each);
    }
  });

  it('leaves out what is excluded', () => {
    const value = generatedSecret({
      ...plain,
      length: 500,
      excludePunctuation: true,
      excludeUppercase: true,
      excludeCharacters: 'abc123',
    });
    expect(value).toMatch(/^[d-z04-9]{500}$/);
    expect(() =>
      generatedSecret({
        ...plain,
        excludePunctuation: true,
        excludeUppercase: true,
        excludeNumbers: true,
        excludeLowercase: true,
      }),
    ).toThrow('exclude fewer');
  });

  it('is put into its template', () => {
    expect(JSON.parse(generatedSecret({ ...plain, template: '{"username":"shop"}', key: 'password' }))).toEqual({
      username: 'shop',
      password: expect.stringMatching(/^.{32}$/),
    });
  });
});

describe('secrets', () => {
  const ARN = arn('secretsmanager', 'secret:Db-a1b2c3');
  const system = (generate: SecretGenerator) =>
    systemOf([resource(secret, 'Shop/Db', { ref: ARN }, { value: undefined, generate })]);
  const file = () => join(mkdtempSync(join(tmpdir(), 'secrets-')), 'a', 'secrets.json');

  it('survive a restart, in a file for their owner alone', () => {
    const at = file();
    const first = new Secrets(system(plain), at).get(ARN);
    expect(new Secrets(system(plain), at).get(ARN)).toEqual(first);
    expect(statSync(at).mode & 0o777).toBe(0o600);
  });

  it('are made anew when the template asks for others', () => {
    const at = file();
    const first = new Secrets(system(plain), at).get(ARN)!;
    const next = new Secrets(system({ ...plain, length: 8 }), at).get(ARN)!;
    expect([next.value.length, next.version === first.version]).toEqual([8, false]);
  });
});
