import type { TSchema } from 'typebox';
import type { Validator } from 'typebox/compile';
import { closedSchema } from './closed-schema.ts';
import { declaredPart } from './declared.ts';
import { schemaValidator } from './schema-validator.ts';

/** Turns the answer of a handler into JSON. */
export type WriteAnswer = (answer: unknown) => string;

/**
 * Makes the function that checks the answers of a route and writes them. Only what the schema declares goes out, so
 * that fields a store adds to its rows do not leak; an answer that lacks something declared is an error of the service.
 */
export function answerWriter(path: string, schema: TSchema): WriteAnswer {
  const validator = schemaValidator(schema);
  const closed = closedSchema(schema);
  const exact = closed && schemaValidator(closed);
  const declared = declaredPart(schema);
  return (answer) => {
    // Nearly every answer has nothing to leave out: one check shows that, and that it is valid.
    if (exact?.Check(answer)) return JSON.stringify(answer);
    if (validator.Check(answer)) return JSON.stringify(declared(answer));
    throw new Error(`the answer is not what ${path} declares: ${firstFault(validator, answer)}`);
  };
}

function firstFault(validator: Validator, answer: unknown): string {
  const [fault] = validator.Errors(answer);
  return `${fault?.instancePath || '/'} ${fault?.message}`;
}
