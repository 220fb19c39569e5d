export { type MariaDb, startMariaDb } from './mariadb.ts';
export { freePort, run, scratchDir, stopProcess, until } from './processes.ts';
export { corpusDir, describeWith, describeWithCorpus, missingPrograms, type Service } from './require.ts';
export { type S3Server, startS3 } from './s3.ts';
