/** How to capture responses of the legacy site. */
export const collectGuide = `How to capture what the legacy site asserts

Do this while the legacy site still answers sign-ins, with people of every kind: staff and
members, names with capitals, digits and other letters, somebody who changed the e-mail address.

1. In a private window open the browser's developer tools, the Network tab, and switch on
   "Preserve log" (Firefox: "Persist Logs").
2. Open the service the way members do, e.g. its sign-in page, and sign in through the legacy site.
   Do it a second time from the legacy site's own link to the service: the two answers differ.
3. Find the POST to the service whose form data has SAMLResponse. Copy the value (Chrome: Payload,
   "view source", or right-click, "Copy value"; Firefox: Request, "Raw").
4. Save each value in a file of its own in one folder: base64 as it is, the whole form body, or the
   decoded XML. The names of the files appear in the report: no e-mail addresses in them.
5. Get the certificate that legacy signs with: from its SAML metadata, its configuration, or the
   service's settings page where it was entered. Not from the captured response: anybody can put a
   certificate there.
6. Run: cutover verify nameids --captured DIR --legacy-certificate FILE … (see --help)

A captured response names a person and, until it expires in a few minutes, signs that person in. Keep the
folder readable to yourself alone (chmod 700), send it to nobody, and remove it after the cutover.
`;
