import { expect, it } from 'vitest';
import { newKey, seal, unseal } from '../src/secrets.ts';

it('a sealed key is opened by the secret and for the node that it was sealed for alone', () => {
  const key = newKey();
  const sealed = seal(key, 'a', 'secret');
  expect(key).toMatch(/^[\da-f]{64}$/);
  expect(unseal(sealed, 'a', 'secret')).toBe(key);
  expect(sealed).not.toContain(key);
  expect(seal(key, 'a', 'secret')).not.toBe(sealed);
  const refused = expect.objectContaining({ code: 'hub-secret', exitCode: 2 }) as Error;
  expect(() => unseal(sealed, 'b', 'secret')).toThrow(refused);
  expect(() => unseal(sealed, 'a', 'other')).toThrow(refused);
  expect(() => unseal('AAAA', 'a', 'secret')).toThrow();
});
