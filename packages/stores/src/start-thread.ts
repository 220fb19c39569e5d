import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Workers are TypeScript too, and a loader that was registered in the main thread is not theirs. */
const bootstrap = `const { workerData } = require('node:worker_threads');
import(workerData.loader).then(({ register }) => {
  register();
  return import(workerData.module);
});`;

/**
 * Starts a thread on a module of TypeScript; `data` is what it finds in `workerData`, besides `loader` and `module`.
 * `youngMb`: room for what was just made, of which V8 otherwise takes 48 MB before it looks for garbage.
 */
export function startThread(module: URL, data: object, youngMb: number): Worker {
  return new Worker(bootstrap, {
    eval: true,
    resourceLimits: { maxYoungGenerationSizeMb: youngMb },
    workerData: { ...data, loader: loaderUrl(), module: module.href },
  });
}

/** The loader's ES module; `require` would resolve to its CommonJS form, which cannot register from a worker. */
function loaderUrl(): string {
  const tsx = createRequire(import.meta.url).resolve('tsx/package.json');
  return new URL('dist/esm/api/index.mjs', pathToFileURL(tsx)).href;
}
