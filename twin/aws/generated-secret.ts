import { randomInt } from 'node:crypto';
import type { SecretGenerator } from '../../system/resources/secret.ts';

const CLASSES = {
  Lowercase: 'abcdefghijklmnopqrstuvwxyz',
  Uppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  Numbers: '0123456789',
  Punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
} as const;

/** Generates what `GenerateSecretString` asks for: at least one character of each class, put into its JSON template. */
export function generatedSecret(generator: SecretGenerator): string {
  const classes = (Object.keys(CLASSES) as (keyof typeof CLASSES)[])
    .filter((name) => !generator[`exclude${name}`])
    .map((name) => [...CLASSES[name]].filter((char) => !generator.excludeCharacters.includes(char)))
    .concat(generator.includeSpace ? [[' ']] : [])
    .filter((characters) => characters.length > 0);
  const all = classes.flat();
  if (all.length === 0) throw new Error('GenerateSecretString excludes every character; exclude fewer');

  const characters = classes.slice(0, generator.length).map(pick);
  while (characters.length < generator.length) characters.push(pick(all));
  const password = shuffled(characters).join('');
  if (generator.template === undefined || generator.key === undefined) return password;
  return JSON.stringify({ ...(JSON.parse(generator.template) as object), [generator.key]: password });
}

const pick = (from: readonly string[]): string => from[randomInt(from.length)]!;

function shuffled(characters: readonly string[]): readonly string[] {
  const result = [...characters];
  for (let i = result.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
