import { readFileSync } from 'node:fs';
import type { SsmValues } from '../system/shared-values.ts';
import { UsageError } from './command.ts';

/** The values of SSM parameters in a JSON file: by name, each as text. */
export function readSsmParameterFile(file: string): SsmValues {
  const values = parsed(file);
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw new UsageError(`${file} must hold an object: { "/org/topic": "orders" }`);
  for (const [name, value] of Object.entries(values))
    if (typeof value !== 'string')
      throw new UsageError(`${file}: ${name} must be text (a list: "a,b"), got ${JSON.stringify(value)}`);
  return values as SsmValues;
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--ssm-parameters ${file} cannot be read as JSON: ${(error as Error).message}`);
  }
}
