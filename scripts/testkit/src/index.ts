export { type MariaDb, startMariaDb } from './mariadb.ts';
export { type FakeGithub, type FakeGithubUser, startFakeGithub } from './github.ts';
export { makeCertificate, type TestCertificate } from './saml-certificate.ts';
export { judgeWithOneLogin, judgeWithPysaml2 } from './saml-python.ts';
export { type SimpleSamlPhp, startSimpleSamlPhp } from './saml-simplesamlphp.ts';
export { verifyWithXmlsec1 } from './xmlsec.ts';
export { freePort, run, scratchDir, stopProcess, until } from './processes.ts';
export { corpusDir, describeWith, describeWithCorpus, missingPrograms, type Service } from './require.ts';
export { type S3Server, startS3 } from './s3.ts';
