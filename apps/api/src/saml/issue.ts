import type { PrivateRecord, Profile, StoredRecord } from '@cutover/records';
import { type SamlOptions, setUpSaml } from './options.ts';
import { assertPerson } from './response.ts';

/**
 * Makes the responses that a server with these options would send about people, without one. Throws CutoverError
 * `saml-options-invalid`; the function it gives throws a RangeError where a value cannot be written in XML.
 */
export function responseIssuer(
  profile: Profile,
  options: SamlOptions,
): (
  record: StoredRecord,
  privates: Readonly<Record<string, PrivateRecord | undefined>>,
  inResponseTo: string | undefined,
) => string {
  const setup = setUpSaml(profile, options);
  return (record, privates, inResponseTo) =>
    assertPerson(
      setup,
      { record, privates, nameId: String(record[setup.identity.field] ?? '') },
      { acsUrl: setup.service.acsUrls[0]!, inResponseTo },
    );
}
