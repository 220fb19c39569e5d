import { createTable } from './create-table.ts';
import { type Maker, quoteName } from './maker.ts';
import { settingsRestored, settingsSaved, tableEnd, tableStart } from './settings.ts';

/** mariadb-dump of MariaDB 10.11: a sandbox line first, a line for each row. */
export const mariadbDump: Maker = {
  name: 'mariadb-dump',
  header: ({ database }) =>
    [
      '/*M!999999\\- enable the sandbox mode */ ',
      '-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)',
      '--',
      `-- Host: localhost    Database: ${database}`,
      '-- ------------------------------------------------------',
      '-- Server version\t10.11.19-MariaDB-0+deb12u1',
      '',
      settingsSaved('utf8mb4'),
    ].join('\n'),
  tableStart: (table, nextId) =>
    tableStart(
      table.name,
      'utf8mb4',
      createTable(table, nextId, {
        currentTimestamp: 'current_timestamp()',
        textDefaultsToNull: true,
        quotesNumericDefaults: false,
        charset: 'DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci',
      }),
    ),
  tableEnd: (table) => tableEnd(table.name),
  trailer: ({ completedAt }) => settingsRestored(completedAt),
  insertStart: (table) => `INSERT INTO ${quoteName(table.name)} VALUES\n`,
  rowSeparator: ',\n',
  netBufferLength: 1022 * 1024,
};
