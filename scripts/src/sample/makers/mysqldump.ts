import { createTable } from './create-table.ts';
import { type Maker, quoteName } from './maker.ts';
import { settingsRestored, settingsSaved, tableEnd, tableStart } from './settings.ts';

/** mysqldump of MySQL 5.7: all rows of a statement on one line, `utf8` for its three-byte charset. */
export const mysqldump: Maker = {
  name: 'mysqldump',
  header: ({ database }) =>
    [
      '-- MySQL dump 10.13  Distrib 5.7.44, for Linux (x86_64)',
      '--',
      `-- Host: localhost    Database: ${database}`,
      '-- ------------------------------------------------------',
      '-- Server version\t5.7.44-log',
      '',
      settingsSaved('utf8'),
    ].join('\n'),
  tableStart: (table, nextId) =>
    tableStart(
      table.name,
      'utf8',
      createTable(table, nextId, {
        currentTimestamp: 'CURRENT_TIMESTAMP',
        textDefaultsToNull: false,
        quotesNumericDefaults: true,
        charset: 'DEFAULT CHARSET=utf8',
      }),
    ),
  tableEnd: (table) => tableEnd(table.name),
  trailer: ({ completedAt }) => settingsRestored(completedAt),
  insertStart: (table) => `INSERT INTO ${quoteName(table.name)} VALUES `,
  rowSeparator: ',',
  netBufferLength: 1022 * 1024,
};
