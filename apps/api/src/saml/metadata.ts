import type { X509Certificate } from 'node:crypto';
import type { SamlSetup } from './options.ts';
import { bindings, joinXml, namespaces, xml } from './xml.ts';

/** The identity provider as services read it; `base` is the site's origin. */
export function metadata(setup: SamlSetup, base: string): string {
  const { part, issuer, certificate, nextCertificate } = setup;
  const keys = [certificate, ...(nextCertificate === undefined ? [] : [nextCertificate])].map(keyDescriptor);
  const address = `${base}/api/saml/${part.name}/sso`;
  const wants = setup.requestCertificates.length > 0 ? 'true' : 'false';
  return xml`<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="${namespaces.metadata}" entityID="${issuer}"><md:IDPSSODescriptor WantAuthnRequestsSigned="${wants}" protocolSupportEnumeration="${namespaces.protocol}">${joinXml(keys)}<md:NameIDFormat>${part.nameIdFormat}</md:NameIDFormat><md:SingleSignOnService Binding="${bindings.redirect}" Location="${address}"/><md:SingleSignOnService Binding="${bindings.post}" Location="${address}"/></md:IDPSSODescriptor></md:EntityDescriptor>
`.text;
}

function keyDescriptor(certificate: X509Certificate) {
  const der = certificate.raw.toString('base64');
  return xml`<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="${namespaces.signature}"><ds:X509Data><ds:X509Certificate>${der}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
}
