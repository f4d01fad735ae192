import { expect, it } from '@jest/globals';
import { messageOf } from '../../domain/message-of.ts';

it.each([
  [new TypeError('no such thing'), 'no such thing'],
  ['just text', 'just text'],
  [undefined, 'undefined'],
  [404, '404'],
])('shows what %p says', (thrown, message) => {
  expect(messageOf(thrown)).toBe(message);
});
