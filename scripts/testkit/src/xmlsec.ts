import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, scratchDir } from './processes.ts';

/**
 * What xmlsec1 says of every signature of a SAML document with this certificate (PEM): undefined where all
 * are good, otherwise its words. Without `--node-xpath` it would look at the first signature alone.
 */
export async function verifyWithXmlsec1(document: string, certificate: string): Promise<string | undefined> {
  const { dir, remove } = await scratchDir('cutover-xmlsec-');
  try {
    const [file, pem] = [join(dir, 'document.xml'), join(dir, 'certificate.pem')];
    await Promise.all([writeFile(file, document), writeFile(pem, certificate)]);
    const signatures = document.split('<ds:Signature ').length - 1;
    if (signatures === 0) return 'there is no signature';
    for (let index = 1; index <= signatures; index++) {
      const node = `(//*[local-name()='Signature'])[${index}]`;
      const ids = ['Response', 'Assertion'].flatMap((name) => ['--id-attr:ID', name]);
      await run('xmlsec1', ['--verify', '--pubkey-cert-pem', pem, ...ids, '--node-xpath', node, file]);
    }
    return undefined;
  } catch (error) {
    return (error as { stderr?: string }).stderr ?? String(error);
  } finally {
    await remove();
  }
}
