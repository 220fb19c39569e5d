import type { PrivateRecord, StoredRecord } from './target.ts';

/**
 * What the legacy system's identity provider told one service about a person. The service knows its members
 * by it, so the new site has to tell the same. Values of the one installation (its host at the service, its
 * keys) are configuration; everything else is here.
 */
export interface SamlPart {
  /** The service's name in paths: `/api/saml/<name>/…`. */
  readonly name: string;
  readonly nameIdFormat: string;
  readonly spNameQualifier: string;
  readonly authnContext: string;
  /** Seconds before the moment of issue from which an assertion holds. */
  readonly validBeforeSeconds: number;
  /** Seconds after the moment of issue at which it ends. */
  readonly validAfterSeconds: number;
  /** What hangs on the installation's host at the service, e.g. a team's. */
  service(host: string): SamlService;
  /** Attributes in their order; one without a value is left out. Private records hold the fields that `Accounts.keeps` names. */
  attributes(
    record: StoredRecord,
    privates: Readonly<Record<string, PrivateRecord | undefined>>,
  ): readonly (readonly [name: string, value: string | undefined])[];
  /** Where in the service a launch leads; undefined: to its entrance. */
  relayState(query: URLSearchParams, host: string): string | undefined;
}

export interface SamlService {
  readonly nameQualifier: string;
  /** Who may ask for an assertion, as it stands in its requests. */
  readonly entityIds: readonly string[];
  /** Where assertions may be sent, exactly; the first is taken where a request names none. */
  readonly acsUrls: readonly string[];
}
