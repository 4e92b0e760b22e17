import { readSystem } from '../../../system/read-system.ts';
import type { ResourceType } from '../../../system/resource.ts';
import { assemblyOf } from '../assembly-of.ts';

/** One resource of a type, `App/It`, read from its properties; with what was refused of it. */
export const readOne = <T>(type: ResourceType<T>, properties: Readonly<Record<string, unknown>> = {}) => {
  const system = readSystem(assemblyOf({ App: { Resources: { It: { Type: type.type, Properties: properties } } } }));
  const verdicts = (verdict: string): readonly string[] =>
    system.honesty.filter((one) => one.verdict === verdict).map((one) => one.property);
  const [resource] = system.of(type);
  return {
    ...resource!,
    honesty: system.honesty,
    refused: verdicts('refused'),
    accepted: verdicts('accepted'),
    simulated: verdicts('simulated'),
  };
};
