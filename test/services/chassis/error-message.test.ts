import { expect, it } from '@jest/globals';
import { errorMessage } from '../../../services/chassis/error-message.ts';

it.each<[unknown, string]>([
  [new Error('down'), 'down'],
  ['down', 'down'],
  [undefined, 'undefined'],
  [Object.create(null), 'a value that cannot be written as text was thrown'],
])('whatever is thrown has a message: %j', (thrown, message) => {
  expect(errorMessage(thrown)).toBe(message);
});
