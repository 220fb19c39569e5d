import type { Finding } from '@cutover/core';
import type { SamlSetup } from './options.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Days before its end from which the certificate is a warning: time for the service's owner to answer. */
const warnDays = 60;

/** Whether the signing certificate holds now, and whether somebody has to think of the next one. */
export function certificateHealth(
  { certificate, part }: Pick<SamlSetup, 'certificate' | 'part'>,
  nowMs = Date.now(),
): { readonly fault?: Finding; readonly warning?: Finding; readonly daysLeft: number } {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const daysLeft = Math.floor((to - nowMs) / dayMs);
  const next = 'make and announce the next one: docs/operations/saml-certificate.md';
  if (nowMs < from || nowMs >= to) {
    const message =
      nowMs < from
        ? `the certificate for ${part.name} does not hold before ${new Date(from).toISOString()}`
        : `the certificate for ${part.name} ended at ${new Date(to).toISOString()}`;
    return { daysLeft, fault: { code: 'saml-certificate-invalid', message, next } };
  }
  if (daysLeft >= warnDays) return { daysLeft };
  const message = `the certificate for ${part.name} ends in ${daysLeft} days, at ${new Date(to).toISOString()}`;
  return { daysLeft, warning: { code: 'saml-certificate-ends', message, next } };
}
