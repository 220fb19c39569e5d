/**
 * Who may import whom. A package may use the packages listed for it and nothing else of this
 * repository; `tests` may be used by test files in addition. The lint rule in eslint.config.js and
 * the test in scripts/test/layers.test.ts are made from this table.
 */
export const layers = {
  core: [],
  mysqldump: [],
  livesource: ['core', 'mysqldump'],
  records: ['core'],
  runs: ['core'],
  stores: ['core', 'records'],
  laddr: ['core', 'records'],
  importer: ['core', 'mysqldump', 'records', 'stores'],
  merge: ['core', 'records', 'stores'],
  reconcile: ['core', 'records', 'stores'],
  verify: ['core', 'records', 'stores'],
  snapshot: ['core', 'records', 'stores'],
  mailout: ['core', 'records', 'stores', 'reconcile'],
  retention: ['core', 'mysqldump', 'records', 'stores', 'importer', 'reconcile', 'mailout'],
  transfer: ['core', 'runs'],
  hub: ['core', 'transfer'],
  api: ['core', 'records', 'stores'],
  cutover: ['core', 'records', 'stores', 'importer', 'merge', 'reconcile', 'verify', 'runs'],
  cli: [
    'core',
    'mysqldump',
    'livesource',
    'records',
    'stores',
    'importer',
    'merge',
    'reconcile',
    'verify',
    'runs',
    'cutover',
    'snapshot',
    'mailout',
    'retention',
    'transfer',
    'hub',
    'laddr',
    'api',
  ],
  testkit: [],
  wordpress: ['core', 'records'],
  scripts: ['core', 'mysqldump', 'records', 'stores', 'importer', 'laddr'],
};

/** Where each package of the table lives. */
export const folderOf = (name) =>
  name === 'scripts'
    ? 'scripts'
    : ['testkit', 'wordpress'].includes(name)
      ? `scripts/${name}`
      : ['api', 'cli'].includes(name)
        ? `apps/${name}`
        : `packages/${name}`;

/** What tests of any package may import besides the test kit. */
export const testExtras = {
  importer: ['laddr', 'wordpress'],
  reconcile: ['laddr', 'importer'],
  verify: ['laddr', 'importer', 'livesource', 'runs', 'wordpress'],
  snapshot: ['laddr', 'importer', 'wordpress'],
  mailout: ['laddr'],
  retention: ['laddr'],
  api: ['laddr', 'importer', 'verify', 'wordpress'],
  cutover: ['laddr', 'api', 'wordpress'],
};
