import { createPrivateKey, X509Certificate } from 'node:crypto';
import { CutoverError } from '@cutover/core';
import type { Profile, SamlPart, SamlService } from '@cutover/records';

/** The installation's side of the identity provider; what is asserted is the profile's `saml` part. */
export interface SamlOptions {
  /** Issuer of assertions: the legacy one, where the service shall not notice the move. */
  readonly issuer: string;
  /** The installation's host at the service, e.g. `<team>.slack.com`. */
  readonly host: string;
  /** RSA key in PEM; never logged. */
  readonly key: string;
  /** Certificate of the key, in PEM. */
  readonly certificate: string;
  /** Certificate of the key that will come next: announced in the metadata, not used to sign. */
  readonly nextCertificate?: string | undefined;
  /** Instead of the profile's addresses at the service, exactly as requests name them. */
  readonly acsUrls?: readonly string[] | undefined;
  /** Instead of the profile's names of the service. */
  readonly entityIds?: readonly string[] | undefined;
  /** What is signed; both by default, which the strictest receiver takes. */
  readonly sign?: readonly SignedPart[] | undefined;
  /** SHA-256 unless said otherwise; `sha1` is what legacy used. */
  readonly digest?: 'sha256' | 'sha1' | undefined;
  /** Absent, as in legacy: no audience is named. */
  readonly audience?: string | undefined;
  /** Certificates of the service, in PEM. Present: requests without a signature of one of them are refused. */
  readonly requestCertificates?: readonly string[] | undefined;
}

export type SignedPart = 'response' | 'assertion';

/** Everything that the identity provider works with, held against each other once. */
export interface SamlSetup {
  readonly part: SamlPart;
  readonly service: SamlService;
  readonly host: string;
  readonly issuer: string;
  readonly key: string;
  readonly certificate: X509Certificate;
  readonly nextCertificate: X509Certificate | undefined;
  readonly sign: readonly SignedPart[];
  readonly digest: 'sha256' | 'sha1';
  readonly audience: string | undefined;
  readonly requestCertificates: readonly X509Certificate[];
  /** Sheet and field of the NameID. */
  readonly identity: { readonly sheet: string; readonly field: string };
}

/** Collects every fault of the options before it throws CutoverError `saml-options-invalid`. */
export function setUpSaml(profile: Profile, options: SamlOptions): SamlSetup {
  const faults: string[] = [];
  const { saml, identity } = profile;
  if (saml === undefined || identity === undefined || profile.target.accounts === undefined) {
    faults.push(`the profile ${profile.name} says nothing of SAML, identity or accounts`);
  }
  const certificate = certificateOf(options.certificate, 'the certificate', faults);
  const nextCertificate =
    options.nextCertificate === undefined
      ? undefined
      : certificateOf(options.nextCertificate, 'the next certificate', faults);
  const requestCertificates = (options.requestCertificates ?? []).map((pem) =>
    certificateOf(pem, "the service's certificate", faults),
  );
  if (certificate !== undefined) faults.push(...keyFaults(options.key, certificate));
  const sign = options.sign ?? ['response', 'assertion'];
  if (sign.length === 0) faults.push('neither the response nor the assertion is signed');
  if (!/^[a-z0-9.-]+$/i.test(options.host)) faults.push('the host at the service is no host name');
  if (options.issuer.trim() === '') faults.push('the issuer is empty');
  const acsUrls = options.acsUrls ?? saml?.service(options.host).acsUrls ?? [];
  if (acsUrls.length === 0 || !acsUrls.every(isHttpUrl)) faults.push('an address at the service is no URL');
  if (faults.length > 0) throw invalid(faults);
  return {
    part: saml!,
    service: {
      ...saml!.service(options.host),
      acsUrls,
      ...(options.entityIds === undefined ? {} : { entityIds: options.entityIds }),
    },
    host: options.host,
    issuer: options.issuer,
    key: options.key,
    certificate: certificate!,
    nextCertificate,
    sign,
    digest: options.digest ?? 'sha256',
    audience: options.audience,
    requestCertificates: requestCertificates.flatMap((one) => one ?? []),
    identity: { sheet: identity!.sheet, field: identity!.field },
  };
}

function certificateOf(pem: string, what: string, faults: string[]): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    faults.push(`${what} is no certificate in PEM`);
    return undefined;
  }
}

/** Faults of the key alone and of the pair; never a word of the key itself. */
function keyFaults(pem: string, certificate: X509Certificate): string[] {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'rsa') return ['the key is no RSA key'];
    if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) return ['the key has fewer than 2048 bits'];
    return certificate.checkPrivateKey(key) ? [] : ['the certificate is not that of the key'];
  } catch {
    return ['the key is no private key in PEM'];
  }
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function invalid(faults: readonly string[]): CutoverError {
  return new CutoverError('saml-options-invalid', faults.join('; '), {
    next: 'see docs/operations/saml-certificate.md',
    exitCode: 64,
  });
}
