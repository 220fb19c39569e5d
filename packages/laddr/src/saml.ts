import type { SamlPart } from '@cutover/records';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * What the legacy site asserted to Slack. The value of the NameID is the profile's identity field: the raw
 * Username. A member who arrives with anything else here gets a new, empty Slack account.
 */
export const saml: SamlPart = {
  name: 'slack',
  nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  spNameQualifier: 'https://slack.com',
  authnContext: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
  validBeforeSeconds: 30,
  validAfterSeconds: 300,
  service: (host) => ({
    nameQualifier: host,
    entityIds: ['https://slack.com', `https://${host}`],
    acsUrls: [`https://${host}/sso/saml`],
  }),
  attributes: ({ legacyHandle, firstName, lastName }, { profiles }) => [
    ['User.Email', text(profiles?.['email'])],
    ['User.Username', text(legacyHandle)],
    ['first_name', text(firstName)],
    ['last_name', text(lastName)],
  ],
  relayState(query, host) {
    const channel = query.get('channel');
    return channel === null || channel === ''
      ? undefined
      : `https://${host}/messages/${encodeURIComponent(channel)}/`;
  },
};
