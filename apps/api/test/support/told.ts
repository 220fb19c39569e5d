import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fixture } from './start.ts';

/** Everything that lies in a private store on disk. */
export async function textsOf(dir: string): Promise<string> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return (await Promise.all(paths.map((path) => readFile(path, 'utf8')))).join('\n');
}

/** What a request has that nobody else may know. */
export function secretsIn(body: unknown): string[] {
  const fields: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  return ['password', 'message', 'email'].flatMap((name) =>
    typeof fields[name] === 'string' ? [fields[name]] : [],
  );
}

export interface Told {
  /** JSON of private records. */
  readonly privates: readonly string[];
  readonly handled: readonly string[];
  readonly fixture: Fixture;
}

/**
 * Throws where a log has a value of the private store, a password, a cookie or a secret of the options. Every test
 * that starts the API ends with this, so that it holds for the logs of all of them together.
 */
export function assertNothingTold(log: string, { privates, handled, fixture }: Told): void {
  const known = JSON.stringify(fixture.sheets ?? {});
  const options = Object.entries({ ...fixture.options, ...fixture.options?.saml })
    .filter(([name]) => /secret|key$/i.test(name))
    .flatMap(([, value]) => (typeof value === 'string' ? [value] : []));
  const values = privates.flatMap((text) =>
    [...text.matchAll(/"(?!id")\w+":"((?:[^"\\]|\\.)*)"/g)]
      .filter(([whole]) => !/^"\w*(?:[aA]t|status|branch|sheet|commit|method|path)":/.test(whole))
      .map(([, value]) => value!),
  );
  const wanted = [...new Set([...values, ...handled, ...options])].filter(
    (value) => value.length >= 8 && !/^[\d:TZ.-]+$/.test(value) && !known.includes(value),
  );
  const told = wanted.filter(
    (value) => log.includes(value) || log.includes(JSON.stringify(value).slice(1, -1)),
  );
  if (told.length > 0) {
    throw new Error(`the log tells ${told.length} private values, e.g. one of ${told[0]!.length} characters`);
  }
}
