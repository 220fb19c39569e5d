#!/usr/bin/env node
import { builtCommand } from './built.js';

const built = await builtCommand();
if (built === undefined) {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./start.js');
} else {
  await import(built);
}
