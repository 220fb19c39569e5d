import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { DOMParser } from '@xmldom/xmldom';
import type { SamlSetup } from './options.ts';
import { signedRoot, verifyQuery } from './request-signature.ts';
import { bindings, isXmlText, namespaces } from './xml.ts';

/** A request of the service, held against what this installation allows. */
export interface AuthnRequest {
  readonly id: string;
  readonly acsUrl: string;
  readonly relayState: string | undefined;
  readonly issuedAtMs: number;
  readonly forceAuthn: boolean;
  readonly isPassive: boolean;
  /** The format of NameID that was asked for is one that this site does not have. */
  readonly wrongNameIdFormat: boolean;
}

/** Why a request is not answered: a code and a sentence that repeats nothing of it. */
export class RequestRefused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'RequestRefused';
    this.code = code;
  }
}

const inflate = promisify(inflateRaw);
const maxXmlBytes = 64 * 1024;
/** How old a request may be, and how far ahead its clock. */
const maxAgeMs = 5 * 60_000;
const maxAheadMs = 60_000;
/** saml-bindings 3.4.3 and 3.5.3: at most 80 bytes. Slack sends more, browsers carry more. */
const maxRelayStateBytes = 2048;

export interface ReceivedRequest {
  readonly binding: 'redirect' | 'post';
  readonly samlRequest: string;
  readonly relayState: string | undefined;
  /** The query as it came, for its signature. */
  readonly rawQuery?: string;
}

/**
 * Reads and judges an AuthnRequest of either binding. Throws RequestRefused; `nowMs` is the moment that its
 * age is told by.
 */
export async function readAuthnRequest(
  received: ReceivedRequest,
  setup: SamlSetup,
  nowMs = Date.now(),
): Promise<AuthnRequest> {
  const { relayState } = received;
  if (
    relayState !== undefined &&
    (Buffer.byteLength(relayState) > maxRelayStateBytes || !isXmlText(relayState))
  ) {
    throw new RequestRefused('relay-state', 'The RelayState is too long or no text.');
  }
  const text = await decode(received);
  const trusted = trust(text, received, setup);
  return { ...judge(parse(trusted), setup, nowMs), relayState };
}

async function decode({ binding, samlRequest }: ReceivedRequest): Promise<string> {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(samlRequest)) throw unreadable();
  const bytes = Buffer.from(samlRequest, 'base64');
  try {
    const xml = binding === 'post' ? bytes : await inflate(bytes, { maxOutputLength: maxXmlBytes });
    if (xml.length > maxXmlBytes) throw unreadable();
    return new TextDecoder('utf-8', { fatal: true }).decode(xml);
  } catch {
    throw unreadable();
  }
}

const unreadable = (): RequestRefused =>
  new RequestRefused('unreadable', 'The request is no SAML request that can be read.');

/** What of the request may be believed: all of it, or only what a signature covers where one is asked for. */
function trust(text: string, received: ReceivedRequest, { requestCertificates }: SamlSetup): string {
  // A request needs neither, and every trick with entities does.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw unreadable();
  if (requestCertificates.length === 0) return text;
  const unsigned = (): RequestRefused =>
    new RequestRefused('signature', 'The request has no signature of the service.');
  if (received.binding === 'redirect') {
    if (!verifyQuery(received.rawQuery ?? '', requestCertificates)) throw unsigned();
    return text;
  }
  const signed = signedRoot(text, requestCertificates);
  if (signed === undefined) throw unsigned();
  return signed;
}

type Root = NonNullable<ReturnType<DOMParser['parseFromString']>['documentElement']>;

function parse(text: string): Root {
  try {
    const parser = new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw new Error(message);
      },
    });
    const root = parser.parseFromString(text, 'text/xml').documentElement;
    if (root === null) throw unreadable();
    return root;
  } catch {
    throw unreadable();
  }
}

function judge(root: Root, { service, part }: SamlSetup, nowMs: number): Omit<AuthnRequest, 'relayState'> {
  if (root.localName !== 'AuthnRequest' || root.namespaceURI !== namespaces.protocol) throw unreadable();
  const id = root.getAttribute('ID') ?? '';
  if (!/^[A-Za-z_][\w.-]{0,255}$/.test(id) || root.getAttribute('Version') !== '2.0') throw unreadable();
  const issuer = childText(root, namespaces.assertion, 'Issuer');
  if (issuer === undefined || !service.entityIds.includes(issuer)) {
    throw new RequestRefused('issuer', 'The request is of a service that this site does not know.');
  }
  const issuedAtMs = Date.parse(root.getAttribute('IssueInstant') ?? '');
  if (!(issuedAtMs > nowMs - maxAgeMs && issuedAtMs <= nowMs + maxAheadMs)) {
    throw new RequestRefused('expired', 'The request is not of this moment. Start again from the service.');
  }
  const acsUrl = root.getAttribute('AssertionConsumerServiceURL') ?? service.acsUrls[0]!;
  const binding = root.getAttribute('ProtocolBinding') ?? bindings.post;
  if (!service.acsUrls.includes(acsUrl) || binding !== bindings.post) {
    throw new RequestRefused('acs', 'The request wants the answer at an address that is not allowed.');
  }
  const format =
    child(root, namespaces.protocol, 'NameIDPolicy')?.getAttribute('Format') ?? part.nameIdFormat;
  return {
    id,
    acsUrl,
    issuedAtMs,
    forceAuthn: isTrue(root.getAttribute('ForceAuthn')),
    isPassive: isTrue(root.getAttribute('IsPassive')),
    wrongNameIdFormat: format !== part.nameIdFormat && !format.endsWith(':unspecified'),
  };
}

function isTrue(value: string | null): boolean {
  return value === 'true' || value === '1';
}

function child(root: Root, namespace: string, name: string): Root | undefined {
  for (let node = root.firstChild; node !== null; node = node.nextSibling) {
    const element = node as Root;
    if (element.localName === name && element.namespaceURI === namespace) return element;
  }
  return undefined;
}

/** Whole text of a child; a comment in it makes it no text at all, so that no two readers see two names. */
function childText(root: Root, namespace: string, name: string): string | undefined {
  const element = child(root, namespace, name);
  if (element === undefined) return undefined;
  let text = '';
  for (let node = element.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType !== 3) return undefined;
    text += node.nodeValue ?? '';
  }
  return text.trim();
}
