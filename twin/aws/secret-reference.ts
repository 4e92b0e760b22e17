import type { Parameters } from './parameters.ts';
import type { Secrets } from './secrets.ts';

/** What a container's `ValueFrom` points at: how to ask for it, and its value or why it has none. */
export interface SecretReference {
  readonly api: 'ssm' | 'secretsmanager';
  readonly action: string;
  readonly arn: string;
  readonly value: string | undefined;
  readonly problem: string;
}

interface Stores {
  readonly parameters: Parameters;
  readonly secrets: Secrets;
}

/** Follows `ValueFrom`: a parameter by name or ARN, or a secret's ARN with an optional `:json-key:stage:version`. */
export function secretValue(from: string, { parameters, secrets }: Stores): SecretReference {
  const parts = from.split(':');
  if (parts[2] !== 'secretsmanager') {
    const problem = `invalid ssm parameters: ${from}`;
    return {
      api: 'ssm',
      action: 'ssm:GetParameters',
      arn: parameters.arn(from),
      value: parameters.get(from)?.value,
      problem,
    };
  }
  const id = parts.slice(0, 7).join(':');
  const [, , , , , , , key = '', stage = '', version = ''] = parts;
  const stored = secrets.get(id);
  const base = { api: 'secretsmanager', action: 'secretsmanager:GetSecretValue', arn: secrets.arn(id) } as const;
  const missing = (problem: string): SecretReference => ({ ...base, value: undefined, problem });
  if (!stored) {
    return missing(
      `failed to fetch secret ${id} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
    );
  }
  if ((stage !== '' && stage !== 'AWSCURRENT') || (version !== '' && version !== stored.version)) {
    return missing(`failed to fetch secret ${id} from secrets manager: it has no value at ${stage || version}`);
  }
  if (key === '') return { ...base, value: stored.value, problem: '' };
  const value = fieldOf(stored.value, key);
  if (value === undefined) return missing(`retrieved secret from Secrets Manager did not contain json key ${key}`);
  return { ...base, value, problem: '' };
}

function fieldOf(json: string, key: string): string | undefined {
  try {
    const value = (JSON.parse(json) as Record<string, unknown>)[key];
    return value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
  } catch {
    return undefined;
  }
}
