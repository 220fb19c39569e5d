import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stopProcess } from './processes.ts';

export interface LegacySiteOptions {
  readonly host: string;
  readonly port: number;
  /** MariaDB on loopback, and the application's own account there. */
  readonly database: { readonly port: number; readonly name: string; readonly user: string };
  /** While this file is there, readers get the maintenance page. */
  readonly maintenanceFile: string;
  /** Access log, in the combined format. */
  readonly logFile: string;
  /** What a page shows: one value. */
  readonly countSql: string;
  /** What a write does; `{n}` is its number, the first being 1. */
  readonly writeSql: string;
  /** Milliseconds between writes that nobody asked for. */
  readonly everyMs: number;
}

export interface LegacySite {
  readonly url: string;
  /** Writes that the database has taken and refused until now. */
  writes(): Promise<{ readonly accepted: number; readonly refused: number }>;
  stop(): Promise<void>;
}

/** Starts the stand-in of a legacy site as a process of its own. */
export async function startLegacySite(
  options: LegacySiteOptions & { readonly password: string },
): Promise<LegacySite> {
  const { password, ...rest } = options;
  const script = fileURLToPath(new URL('legacy-site-process.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), script, JSON.stringify(rest)],
    { env: { ...process.env, MYSQL_PWD: password }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('error', reject);
    child.once('exit', () => reject(new Error('the legacy site does not start')));
  });
  const url = `http://${options.host}:${options.port}`;
  return {
    url,
    writes: async () =>
      (await (await fetch(`${url}/writes`)).json()) as { accepted: number; refused: number },
    stop: () => stopProcess(child),
  };
}
