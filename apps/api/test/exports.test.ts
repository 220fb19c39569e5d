import { expect, it } from 'vitest';
import * as api from '../src/index.ts';

it('exports what is meant to be used, and nothing else', () => {
  expect(Object.keys(api).sort()).toEqual([
    'buildApp',
    'defaultSignInLimit',
    'environments',
    'internalSecretHeader',
    'logWebhook',
    'responseIssuer',
    'startApi',
  ]);
});
