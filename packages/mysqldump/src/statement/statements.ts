/** What each kind of statement does to the reading of a dump. Rows are the business of `insert.ts`. */
import { atEnd, takeQualifiedName, takeName } from '../lex/parse.ts';
import type { Context } from './context.ts';
import { handleSet } from './set.ts';
import { handleAlter, handleChange, handleCreate, handleDrop, handleRename, resolve } from './tables.ts';

type Handler = (context: Context, word: string) => void;

/** Statements that change neither rows nor how the rest is read. */
const harmless: Handler = () => undefined;

const handlers: Readonly<Record<string, Handler>> = {
  SET: handleSet,
  USE: (context) => {
    context.session.database = takeName(context.lexer, 'a database name');
  },
  CREATE: handleCreate,
  DROP: handleDrop,
  ALTER: handleAlter,
  RENAME: handleRename,
  TRUNCATE: handleChange,
  DELETE: handleChange,
  UPDATE: handleChange,
  LOAD: (context) => elsewhere(context, 'LOAD DATA'),
  CALL: (context) => {
    context.note('rows-elsewhere', 'CALL runs a procedure, whose changes the dump does not carry');
  },
};

const skipped =
  'LOCK UNLOCK BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE ANALYZE OPTIMIZE REPAIR CHECK CHECKSUM FLUSH RESET PURGE ' +
  'CHANGE STOP GRANT REVOKE SELECT SHOW DO EXPLAIN DESCRIBE DESC HELP PREPARE EXECUTE DEALLOCATE KILL INSTALL ' +
  'UNINSTALL XA HANDLER SIGNAL CACHE BINLOG RESTART SHUTDOWN END DECLARE GET WARNINGS NOWARNING';
const harmlessWords = new Set(skipped.split(' '));

/** The handler of a statement that starts with this word (upper case), undefined for one nobody knows. */
export function handlerOf(word: string): Handler | undefined {
  if (Object.hasOwn(handlers, word)) return handlers[word];
  return harmlessWords.has(word) ? harmless : undefined;
}

/** LOAD DATA … INTO TABLE name: its rows stand in another file. */
function elsewhere(context: Context, what: string): void {
  const { lexer } = context;
  while (!atEnd(lexer) && !lexer.isWord('TABLE')) lexer.next();
  if (atEnd(lexer)) return;
  lexer.next();
  const { database, name } = resolve(context, takeQualifiedName(lexer, 'a table name'));
  const entry = context.tableFor(database, name, context.statementStart);
  context.rowsUnknown(entry, what);
  context.failOrNote('rows-elsewhere', `${what} takes rows from another file`, { entry });
}
