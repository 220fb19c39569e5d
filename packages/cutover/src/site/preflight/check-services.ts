import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Check, concludeCheck, type Finding, messageOf } from '@cutover/core';
import { day } from '../../budgets.ts';
import type { Site } from '../site.ts';
import { one, patienceMs } from './one.ts';

/** Whether key and certificate belong together, count already, and count for long enough. */
export async function checkSaml({ file, environment }: Site): Promise<Check[]> {
  if (file.saml === undefined) return [];
  const title = 'Key and certificate for SAML belong together and have time left';
  const keyFile = environment['CUTOVER_SAML_KEY_FILE'];
  if (keyFile === undefined)
    return [one('preflight-saml', title, { couldNotTell: 'CUTOVER_SAML_KEY_FILE is not set' })];
  try {
    const certificate = new X509Certificate(await readFile(file.saml.certificate));
    const key = createPrivateKey(await readFile(keyFile));
    const findings: Finding[] = [];
    if (!certificate.checkPrivateKey(key))
      findings.push({
        code: 'saml-key-mismatch',
        message: 'the key is not that of the certificate',
        next: 'give the pair that the identity provider was told of',
      });
    const leftDays = Math.floor((Date.parse(certificate.validTo) - Date.now()) / day);
    if (leftDays < file.saml.days)
      findings.push({
        code: 'saml-certificate-ends',
        message: `the certificate ends in ${leftDays} days (${certificate.validTo})`,
        next: 'make a new one: docs/operations/saml-certificate.md',
      });
    if (Date.parse(certificate.validFrom) > Date.now())
      findings.push({
        code: 'saml-certificate-early',
        message: `the certificate counts from ${certificate.validFrom}`,
        next: 'make one that counts now, or look at the clock of this machine',
      });
    return [
      concludeCheck({
        id: 'preflight-saml',
        title,
        looked: 2,
        expected: `${file.saml.days} days`,
        actual: `${leftDays} days`,
        findings,
      }),
    ];
  } catch (error) {
    const finding = { code: 'saml-unreadable', message: messageOf(error), next: 'give both as PEM files' };
    return [one('preflight-saml', title, { finding })];
  }
}

/** Whether Resend takes the key. One that may only send is refused everything else, by its own name for that. */
export async function checkMail({ file, environment }: Site): Promise<Check[]> {
  if (file.mail === undefined) return [];
  const title = 'The key for mail is taken';
  const key = environment['CUTOVER_RESEND_API_KEY'];
  if (key === undefined)
    return [one('preflight-mail', title, { couldNotTell: 'CUTOVER_RESEND_API_KEY is not set' })];
  const { host } = new URL(file.mail.url);
  try {
    const answer = await fetch(new URL('/domains', file.mail.url), {
      headers: { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(patienceMs),
    });
    const { name } = (await answer.json().catch(() => ({}))) as { name?: unknown };
    if (answer.ok || name === 'restricted_api_key') return [one('preflight-mail', title, {})];
    const message = `${host} answers ${answer.status}${typeof name === 'string' ? ` ${name}` : ''}`;
    // Everything else is a fault of theirs, or too many questions: it says nothing of the key.
    if (answer.status !== 400 && answer.status !== 401 && answer.status !== 403)
      return [one('preflight-mail', title, { couldNotTell: message })];
    const finding = { code: 'mail-key', message, next: 'put a valid key into CUTOVER_RESEND_API_KEY' };
    return [one('preflight-mail', title, { finding })];
  } catch (error) {
    return [one('preflight-mail', title, { couldNotTell: `${host}: ${messageOf(error)}` })];
  }
}

export async function checkWebhook({ tryWebhook }: Site): Promise<Check[]> {
  if (tryWebhook === undefined) return [];
  const lost = await tryWebhook();
  const title = 'The webhook answers';
  if (lost === undefined) return [one('preflight-webhook', title, {})];
  const finding = { code: 'webhook', message: lost, next: 'mend the address, or go without --webhook' };
  return [one('preflight-webhook', title, { finding })];
}
