/** A running MySQL or MariaDB server as a source, read-only. Start at `takeArchive`. */
export { readServer, type BinlogPosition, type ServerFacts } from './server.ts';
export { assertArchive, type Manifest, manifestPath, type ManifestTable, readManifest } from './manifest.ts';
export { checkPrivileges, parseGrants, type Privileges, readPrivileges } from './privileges.ts';
export { type Delta, deltaBetween } from './reuse.ts';
export { parseSourceUrl, type ServerAddress, shownAddress } from './url.ts';
export { Session, type SessionOptions } from './session.ts';
export { takeArchive, type TakeOptions } from './take.ts';
export { type ThrottleOptions } from './throttle.ts';
export { type TableDigest } from './digest.ts';
export { checkAgainstServer, checkArchive, digestDump, digestRows, type ReadRows } from './compare.ts';
export { Throttle } from './throttle.ts';
export { firstSession } from './survey.ts';
export { checkAccounts, checkSource, sourceDetails } from './report.ts';
export { preflightSource } from './preflight.ts';
