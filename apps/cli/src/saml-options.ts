import { readFile } from 'node:fs/promises';
import type { SamlOptions } from '@cutover/api';
import { CutoverError, exitCodes } from '@cutover/core';
import { type Command, Option } from 'commander';
import { environment } from './environment.ts';

export interface SamlCliOptions {
  readonly samlHost?: string;
  readonly samlIssuer?: string;
  readonly samlCertificate?: string;
  readonly samlNextCertificate?: string;
  readonly samlSign: 'response' | 'assertion' | 'both';
  readonly samlDigest: 'sha256' | 'sha1';
  readonly samlAudience?: string;
  readonly samlAcsUrl?: readonly string[];
  readonly samlRequestCertificate?: readonly string[];
}

/** Options of the installation's side of the identity provider; what is asserted is the profile's. */
export function withSamlOptions(command: Command): Command {
  return command
    .option('--saml-host <host>', 'the SAML service: its host for this site, e.g. team.slack.com')
    .option('--saml-issuer <name>', 'issuer of assertions; the legacy one, where nobody shall notice')
    .option('--saml-certificate <file>', 'certificate of the key in CUTOVER_SAML_KEY_FILE, PEM')
    .option('--saml-next-certificate <file>', 'the certificate that comes next: announced, not used')
    .addOption(
      new Option('--saml-sign <part>', 'what is signed')
        .choices(['response', 'assertion', 'both'])
        .default('both'),
    )
    .addOption(
      new Option('--saml-digest <name>', 'digest of signatures')
        .choices(['sha256', 'sha1'])
        .default('sha256'),
    )
    .option('--saml-audience <name>', 'audience of assertions; none by default')
    .option('--saml-acs-url <url...>', "addresses at the service, instead of the profile's", undefined)
    .option('--saml-request-certificate <file...>', 'certificates of the service: refuse unsigned requests');
}

/** Undefined where nothing of SAML was given. Throws CutoverError `serve-options-incomplete` where a part of it was. */
export async function samlOf(options: SamlCliOptions): Promise<SamlOptions | undefined> {
  const { samlHost: host, samlIssuer: issuer, samlCertificate: certificate } = options;
  const key = environment('CUTOVER_SAML_KEY_FILE');
  if ([host, issuer, certificate, key].every((one) => one === undefined)) return undefined;
  if (host === undefined || issuer === undefined || certificate === undefined || key === undefined) {
    throw incomplete('SAML', '--saml-host, --saml-issuer, --saml-certificate and CUTOVER_SAML_KEY_FILE');
  }
  const next = options.samlNextCertificate;
  return {
    host,
    issuer,
    certificate: await fileText(certificate),
    key: await fileText(key),
    nextCertificate: next === undefined ? undefined : await fileText(next),
    sign: options.samlSign === 'both' ? ['response', 'assertion'] : [options.samlSign],
    digest: options.samlDigest,
    audience: options.samlAudience,
    acsUrls: options.samlAcsUrl,
    requestCertificates: await Promise.all((options.samlRequestCertificate ?? []).map(fileText)),
  };
}

export function incomplete(what: string, wanted: string): CutoverError {
  return new CutoverError('serve-options-incomplete', `${what} wants all of ${wanted}`, {
    next: 'give the rest, or none of them',
    exitCode: exitCodes.usage,
  });
}

/** Throws CutoverError `file-unreadable`. */
export async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CutoverError('file-unreadable', `${path} cannot be read`, {
      next: 'give the path of a file that this user may read',
      exitCode: exitCodes.usage,
      cause,
    });
  }
}
