import { randomUUID, X509Certificate } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { CutoverError, exitCodes } from '@cutover/core';
import { type PrivateRecord, parseToml, type StoredRecord } from '@cutover/records';
import { openPrivateStore, openPublicStore } from '@cutover/stores';
import {
  type Issue,
  nameIdOf,
  readCertificate,
  readSignedResponse,
  ResponseRefused,
  Site,
} from '@cutover/verify';
import { environment } from '../../environment.ts';
import { loadProfile } from '../../profile.ts';
import { fileText, incomplete, samlOf } from '../../saml-options.ts';
import type { NameIdsOptions } from './nameids.ts';

interface Issuer {
  readonly certificate: X509Certificate;
  readonly issue: Issue;
}

/** The new side: a running one with --idp, else one built here from the stores and the options of `serve`. */
export function issuerOf(options: NameIdsOptions): Promise<Issuer> {
  return options.idp === undefined ? builtHere(options) : running(options, options.idp);
}

async function builtHere(options: NameIdsOptions): Promise<Issuer> {
  const saml = await samlOf(options);
  if (saml === undefined || options.public === undefined || options.private === undefined) {
    throw incomplete('An assertion', '--public, --private and the --saml options of cutover serve');
  }
  const profile = await loadProfile(options.profile);
  const { identity } = profile;
  const { responseIssuer } = await import('@cutover/api');
  const issue = responseIssuer(profile, saml);
  const sheet = identity!.sheet;
  const records = new Map<string, StoredRecord>();
  for await (const file of (await openPublicStore(options.public)).readRecords(options.branch)) {
    if (file.sheet !== sheet) continue;
    const record = parseToml(file.bytes.toString()) as StoredRecord;
    const value = record[identity!.field];
    if (typeof value === 'string') records.set(value, record);
  }
  const kept = Object.keys(profile.target.accounts?.keeps ?? {});
  const store = await openPrivateStore(options.private);
  return {
    certificate: new X509Certificate(saml.certificate),
    issue: async ({ nameId, inResponseTo }) => {
      const record = records.get(nameId);
      if (record === undefined) return undefined;
      const privates: Record<string, PrivateRecord | undefined> = {};
      for (const name of kept)
        for await (const row of store.read(name)) if (row.id === record.id) privates[name] = row;
      return { xml: issue(record, privates, inResponseTo) };
    },
  };
}

/**
 * Asks a launch address with a test session, as the service would where legacy answered a request of the service. It
 * speaks of one person: captures of others cannot be told.
 */
async function running(options: NameIdsOptions, idp: string): Promise<Issuer> {
  const cookie = environment('CUTOVER_IDP_COOKIE');
  if (cookie === undefined || options.samlCertificate === undefined)
    throw incomplete('--idp', 'CUTOVER_IDP_COOKIE and --saml-certificate');
  const certificate = readCertificate(await fileText(options.samlCertificate));
  const service = await serviceOf(options);
  return {
    certificate,
    issue: async ({ nameId, inResponseTo }) => {
      if (inResponseTo !== undefined && service === undefined)
        return {
          couldNotTell: 'it answers a request of the service: give --saml-host to ask as the service',
        };
      const address = new URL(idp);
      if (inResponseTo !== undefined)
        address.searchParams.set('SAMLRequest', authnRequest(service!, address.href));
      const site = new Site(idp);
      const path = `${address.pathname}${address.search}`;
      const answer = await site.request(path, { headers: { cookie, accept: 'text/html' } });
      await site.close();
      if (answer === undefined) return { couldNotTell: site.couldNotTell() ?? 'no answer' };
      if (answer.status === 401 || answer.status === 302 || answer.status === 303) throw refusedSession(idp);
      const xml = responseIn(answer.body);
      if (xml === undefined) return { couldNotTell: `${idp} answers ${answer.status} without a response` };
      try {
        const told = nameIdOf(readSignedResponse(xml, certificate));
        if (told !== nameId) return { couldNotTell: 'the session is that of another person' };
      } catch (error) {
        if (!(error instanceof ResponseRefused)) throw error;
        // Said by the check, as a finding.
      }
      return { xml };
    },
  };
}

/** What the service calls itself; undefined where that is not known. */
async function serviceOf({ profile: name, samlHost }: NameIdsOptions): Promise<string | undefined> {
  const { saml } = await loadProfile(name);
  return samlHost === undefined ? undefined : saml?.service(samlHost).entityIds[0];
}

/** A request of the service for HTTP-Redirect (saml-bindings 3.4.4.1), without a signature, under an id of its own. */
function authnRequest(issuer: string, destination: string): string {
  const attributes = `ID="_${randomUUID()}" Version="2.0" IssueInstant="${new Date().toISOString()}"`;
  const xml = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ${attributes} Destination="${escape(destination)}"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${escape(issuer)}</saml:Issuer></samlp:AuthnRequest>`;
  return deflateRawSync(xml).toString('base64');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function responseIn(page: string): string | undefined {
  const value = /name="SAMLResponse"\s+value="([A-Za-z0-9+/=\s]+)"/.exec(page)?.[1];
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString();
}

function refusedSession(idp: string): CutoverError {
  return new CutoverError('idp-session-refused', `${idp} does not know the session in CUTOVER_IDP_COOKIE`, {
    next: 'sign in as a test account and copy the Cookie header of a request',
    exitCode: exitCodes.authenticationRefused,
  });
}
