import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';
import { postgresPrograms } from './postgres.ts';

/** Real programs that tests start private instances of, and the executables that each needs. */
const programs = {
  mariadb: ['mariadbd', 'mariadb-install-db', 'mariadb', 'mariadb-dump'],
  mydumper: ['mydumper', 'mariadbd', 'mariadb-install-db', 'mariadb'],
  mariadb11: ['mariadbd', 'mariadb-admin', 'mariadb', 'mariadb-dump'],
  s3: ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph', 'radosgw-admin', 'ceph-authtool', 'monmaptool'],
  bind: ['named'],
  browser: ['chromium'],
  sshd: ['sshd', 'ssh', 'ssh-keygen', 'git-shell'],
  xmlsec: ['xmlsec1'],
  simplesamlphp: ['php'],
  pysaml2: ['python3', 'xmlsec1'],
  onelogin: ['python3'],
  gitsheets: ['git-sheet'],
  faketime: ['faketime', 'curl'],
  postgres: ['initdb', 'postgres', 'psql'],
} as const;

/** Files of libraries that a service needs besides, as Debian installs them. */
const libraries: Partial<Record<keyof typeof programs, string>> = {
  simplesamlphp: '/usr/share/simplesamlphp/www/module.php',
  pysaml2: '/usr/lib/python3/dist-packages/saml2/__init__.py',
  onelogin: '/usr/lib/python3/dist-packages/onelogin/saml2/__init__.py',
};

export type Service = keyof typeof programs;

/** Services that Debian does not have as they are wanted, and the variable that names the root they were put in. */
const roots: Partial<Record<Service, string>> = {
  mariadb11: 'CUTOVER_MARIADB11_ROOT',
  gitsheets: 'CUTOVER_GITSHEETS_ROOT',
};

/** The root of a service that is not the system's own; undefined where none is named. */
export function serviceRoot(service: Service): string | undefined {
  const variable = roots[service];
  return variable === undefined ? undefined : process.env[variable];
}

/** Executables of a service that are not there: on the PATH, or below the root of the service. */
export function missingPrograms(service: Service): string[] {
  const variable = roots[service];
  const root = serviceRoot(service);
  if (variable !== undefined && (root === undefined || root === ''))
    return [`${variable}, which .ci/run fills,`];
  if (root !== undefined) return programs[service].filter((name) => !existsSync(join(root, 'bin', name)));
  const own = service === 'postgres' ? [postgresPrograms() ?? ''] : [];
  const folders = [...own, ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];
  const library = libraries[service];
  return [
    ...programs[service].filter((name) => !folders.some((folder) => existsSync(join(folder, name)))),
    ...(library === undefined || existsSync(library) ? [] : [library]),
  ];
}

/** With CUTOVER_REQUIRE_SERVICES=1 a test that cannot run is a failure, not a skip. */
const required = (): boolean => process.env['CUTOVER_REQUIRE_SERVICES'] === '1';

/** `describe` that runs where the real service can be started, and otherwise says by name why it does not. */
export function describeWith(service: Service, title: string, suite: () => void): void {
  const missing = missingPrograms(service);
  describeUnless(
    missing.length === 0 ? undefined : `${service} (${missing.join(', ')} not installed)`,
    title,
    suite,
  );
}

/** The folder of real dumps, from CUTOVER_CORPUS. */
export function corpusDir(): string | undefined {
  const dir = process.env['CUTOVER_CORPUS'];
  return dir !== undefined && existsSync(join(dir, 'dumps')) ? join(dir, 'dumps') : undefined;
}

/** `describe` that gets the folder of real dumps, and otherwise says that CUTOVER_CORPUS is not set. */
export function describeWithCorpus(title: string, suite: (dir: string) => void): void {
  const dir = corpusDir();
  describeUnless(
    dir === undefined ? 'corpus (CUTOVER_CORPUS names no folder with dumps/)' : undefined,
    title,
    () => suite(dir ?? ''),
  );
}

function describeUnless(missing: string | undefined, title: string, suite: () => void): void {
  if (missing === undefined) describe(title, suite);
  else if (required()) {
    describe(title, () => {
      it(`needs ${missing}`, () => {
        throw new Error(`CUTOVER_REQUIRE_SERVICES=1, and this is missing: ${missing}`);
      });
    });
  } else {
    describe.skip(`${title} [skipped: needs ${missing}]`, () => {
      it('is skipped', () => undefined);
    });
  }
}
