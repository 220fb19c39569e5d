import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { ResponseRefused } from './signed-response.ts';

/** A response of the legacy site as somebody saved it. */
export interface Capture {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Files of a folder, in order of their names. Throws CutoverError `captures-unreadable`. */
export async function readCaptures(dir: string): Promise<Capture[]> {
  try {
    const files = (await readdir(dir, { withFileTypes: true })).filter((one) => one.isFile());
    const names = files.map(({ name }) => name).filter((name) => !name.startsWith('.'));
    return await Promise.all(
      names.sort().map(async (name) => ({ name, bytes: await readFile(join(dir, name)) })),
    );
  } catch (cause) {
    throw new CutoverError('captures-unreadable', `the captured responses in ${dir} cannot be read`, {
      next: 'give a folder with one file for each response; see cutover verify nameids --collect',
      exitCode: exitCodes.usage,
      cause,
    });
  }
}

/**
 * The XML of a response: as it is, in base64, or as the body of the form that browsers post (`SAMLResponse=…`), all
 * with or without line breaks. Throws ResponseRefused.
 */
export function decodeCapture(bytes: Buffer): string {
  const text = utf8(bytes).trim();
  if (text.startsWith('<')) return text;
  const field = /(?:^|[&?\s])SAMLResponse[=:]\s*(?<value>[^&\s]+)/.exec(text)?.groups?.['value'] ?? text;
  const encoded = (field.includes('%') ? percentDecoded(field) : field).replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(encoded)) throw unreadable();
  const xml = utf8(Buffer.from(encoded, 'base64')).trim();
  if (!xml.startsWith('<')) throw unreadable();
  return xml;
}

/** A certificate in PEM, or the base64 that stands in SAML metadata. Throws CutoverError `certificate-unreadable`. */
export function readCertificate(text: string): X509Certificate {
  try {
    if (text.includes('-----BEGIN')) return new X509Certificate(text);
    return new X509Certificate(Buffer.from(text.replaceAll(/\s/g, ''), 'base64'));
  } catch (cause) {
    throw new CutoverError('certificate-unreadable', 'the legacy certificate is no certificate', {
      next: 'give it in PEM, or as it stands in the X509Certificate of the metadata',
      exitCode: exitCodes.usage,
      cause,
    });
  }
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable();
  }
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unreadable();
  }
}

function unreadable(): ResponseRefused {
  return new ResponseRefused('unreadable', 'it is neither XML nor base64 of it');
}
