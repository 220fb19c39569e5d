export { type Bind, type BindOptions, startBind } from './bind.ts';
export { startBrowser } from './browser.ts';
export { type Fault, type FaultProxy, faults, startFaultProxy } from './fault-proxy.ts';
export { type AcceptedMail, type FakeResend, type Refusal, startFakeResend } from './resend.ts';
export { type LegacySite, type LegacySiteOptions, startLegacySite } from './legacy-site.ts';
export { type MariaDb, startMariaDb } from './mariadb.ts';
export { describeWithMariaDbs, type StartMariaDb } from './mariadb-versions.ts';
export { makeCertificate, type TestCertificate } from './saml-certificate.ts';
export { judgeWithOneLogin, judgeWithPysaml2 } from './saml-python.ts';
export { type SimpleSamlPhp, startSimpleSamlPhp } from './saml-simplesamlphp.ts';
export { verifyWithXmlsec1 } from './xmlsec.ts';
export { type Postgres, startPostgres } from './postgres.ts';
export { freePort, run, scratchDir, stopProcess, until } from './processes.ts';
export {
  corpusDir,
  describeWith,
  describeWithCorpus,
  missingPrograms,
  type Service,
  serviceRoot,
} from './require.ts';
export { type S3Server, startS3 } from './s3.ts';
export { type StandIn, type StandInServer, startStandIn } from './s3-stand-in.ts';
export { mayHaveUsers, type Sshd, startSshd } from './sshd.ts';
