import { type Catalog, quoteName } from './catalog.ts';
import type { Session } from './session.ts';

/** Text behind the tables, and what it holds. */
export interface ObjectsText {
  readonly text: string;
  readonly objects: Readonly<Record<string, readonly string[]>>;
  readonly notIncluded: readonly string[];
}

/** Refused for want of a privilege, or unknown to the server. */
const refused = [1044, 1142, 1227, 1370, 1305, 1449, 1356, 1064, 1146];

/** Views, sequences, triggers, routines and events, as mysqldump writes them. What cannot be read is named. */
export async function readObjects(
  session: Session,
  catalog: Catalog,
  database: string,
  held: ReadonlySet<string>,
): Promise<ObjectsText> {
  const notIncluded: string[] = [];
  const parts: string[] = [];
  const objects: Record<string, string[]> = {};
  const take = async (
    kind: string,
    names: readonly string[],
    text: (name: string) => Promise<string | undefined>,
  ): Promise<void> => {
    for (const name of names) {
      const sql = await session.try(refused, () => text(name));
      if (sql === undefined) notIncluded.push(`${kind} ${name}: the account may not read its definition`);
      else {
        parts.push(sql);
        (objects[kind] ??= []).push(name);
      }
    }
  };
  await take('sequence', catalog.sequences, (name) => sequence(session, name));
  if (!held.has('TRIGGER')) notIncluded.push('triggers, if there are any: the account lacks TRIGGER');
  else
    await take('trigger', await names(session, `SHOW TRIGGERS`, 'Trigger'), (name) =>
      program(session, 'TRIGGER', name, 'SQL Original Statement'),
    );
  for (const [kind, column] of [
    ['FUNCTION', 'Create Function'],
    ['PROCEDURE', 'Create Procedure'],
  ] as const) {
    const found = await names(session, `SHOW ${kind} STATUS WHERE Db = DATABASE()`, 'Name');
    await take(kind.toLowerCase(), found, (name) => program(session, kind, name, column));
  }
  if (!held.has('EVENT')) notIncluded.push('events, if there are any: the account lacks EVENT');
  else
    await take('event', await names(session, `SHOW EVENTS FROM ${quoteName(database)}`, 'Name'), (name) =>
      program(session, 'EVENT', name, 'Create Event'),
    );
  const views: string[] = [];
  await take('view', catalog.views, async (name) => {
    const [row] = await session.query(`SHOW CREATE VIEW ${quoteName(name)}`);
    if (row?.[1] === undefined || row[1] === null) return undefined;
    views.push(`\nDROP VIEW IF EXISTS ${quoteName(name)};\n/*!50001 ${row[1]} */;\n`);
    return await standIn(session, name);
  });
  return { text: [...parts, ...views].join(''), objects, notIncluded };
}

async function names(session: Session, sql: string, column: string): Promise<string[]> {
  return ((await session.try(refused, () => session.records(sql))) ?? []).map((row) => row[column] ?? '');
}

/** A view of the same columns that other views can be made from before this one is. */
async function standIn(session: Session, name: string): Promise<string> {
  const columns = await session.query(`SHOW COLUMNS FROM ${quoteName(name)}`);
  const list = columns.map(([column]) => ` 1 AS ${quoteName(column ?? '')}`).join(',');
  return `\n/*!50001 DROP VIEW IF EXISTS ${quoteName(name)}*/;\n/*!50001 CREATE VIEW ${quoteName(name)} AS SELECT${list} */;\n`;
}

async function sequence(session: Session, name: string): Promise<string> {
  const [create] = await session.query(`SHOW CREATE TABLE ${quoteName(name)}`);
  const [next] = await session.query(`SELECT next_not_cached_value FROM ${quoteName(name)}`);
  const statement = (create?.[1] ?? '').replace(/^CREATE TABLE/, 'CREATE SEQUENCE');
  const sql = /^CREATE SEQUENCE .* start with /i.test(statement)
    ? statement
    : (await session.query(`SHOW CREATE SEQUENCE ${quoteName(name)}`))[0]?.[1];
  return `\nDROP SEQUENCE IF EXISTS ${quoteName(name)};\n${sql ?? ''};\nDO SETVAL(${quoteName(name)}, ${next?.[0] ?? '1'}, 0);\n`;
}

/** The statement with the sql_mode it was written under. Undefined where the server hides the body. */
async function program(
  session: Session,
  kind: string,
  name: string,
  column: string,
): Promise<string | undefined> {
  const [row] = await session.records(`SHOW CREATE ${kind} ${quoteName(name)}`);
  const body = row?.[column];
  if (body === undefined || body === null) return undefined;
  const mode = (row?.['sql_mode'] ?? '').replaceAll(/[^A-Za-z0-9_,]/g, '');
  const zone =
    kind === 'EVENT'
      ? `SET TIME_ZONE='${(row?.['time_zone'] ?? 'SYSTEM').replaceAll(/[^A-Za-z0-9_/+:-]/g, '')}' ;;\n`
      : '';
  return `\nDELIMITER ;;\nSET @saved_sql_mode = @@sql_mode ;;\nSET sql_mode = '${mode}' ;;\n${zone}${body} ;;\nSET sql_mode = @saved_sql_mode ;;\n${zone === '' ? '' : `SET TIME_ZONE='+00:00' ;;\n`}DELIMITER ;\n`;
}
