import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, scratchDir } from './processes.ts';

export interface TestCertificate {
  readonly key: string;
  readonly certificate: string;
}

/** A new RSA key with a self-signed certificate that holds for `days`, both in PEM. */
export async function makeCertificate(days = 365, bits = 2048): Promise<TestCertificate> {
  const { dir, remove } = await scratchDir('cutover-certificate-');
  try {
    const [key, certificate] = [join(dir, 'key.pem'), join(dir, 'certificate.pem')];
    const subject = ['-subj', '/CN=idp.test', '-days', String(days)];
    const files = ['-keyout', key, '-out', certificate];
    await run('openssl', ['req', '-x509', '-newkey', `rsa:${bits}`, '-nodes', ...subject, ...files]);
    return { key: await readFile(key, 'utf8'), certificate: await readFile(certificate, 'utf8') };
  } finally {
    await remove();
  }
}
