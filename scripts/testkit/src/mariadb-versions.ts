import { type MariaDb, type MariaDbOptions, startMariaDb } from './mariadb.ts';
import { describeWith, serviceRoot } from './require.ts';

export type StartMariaDb = (options?: Omit<MariaDbOptions, 'root'>) => Promise<MariaDb>;

/** `describe` once with the system's MariaDB and once with MariaDB 11; the suite starts servers with what it gets. */
export function describeWithMariaDbs(
  title: string,
  suite: (start: StartMariaDb, service: 'mariadb' | 'mariadb11') => void,
): void {
  for (const service of ['mariadb', 'mariadb11'] as const) {
    describeWith(service, `${title} [${service}]`, () =>
      suite((options = {}) => startMariaDb({ ...options, root: serviceRoot(service) }), service),
    );
  }
}
