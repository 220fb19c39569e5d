/** People who were removed for good: the importer leaves their rows out. `{id, sheet, at, by, run}` */
export const prunedSheet = 'pruned';
/** Identifiers that must never be given to anybody again. `{id: SHA-256 of kind and value, kind, person, at}` */
export const tombstonesSheet = 'tombstones';
