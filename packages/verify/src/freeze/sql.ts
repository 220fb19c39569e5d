/** A connection to the legacy server, as far as a freeze is looked at through it. Errors carry `errno`. */
export interface Sql {
  query(sql: string): Promise<(string | null)[][]>;
  records(sql: string): Promise<Record<string, string | null>[]>;
}

/** 1064 unknown statement, 1142/1044/1227 no privilege, 1193 unknown variable, 1381 no binary log. */
const notSeen: ReadonlySet<number> = new Set([1044, 1064, 1142, 1193, 1227, 1381]);

/** The answer, or undefined where this server or this account has none; other errors are thrown. */
export async function seen<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (notSeen.has(errnoOf(error) ?? 0)) return undefined;
    throw error;
  }
}

export function errnoOf(error: unknown): number | undefined {
  return (error as { errno?: number }).errno;
}
