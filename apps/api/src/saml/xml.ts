const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/**
 * Text for XML, where it means itself and nothing else, white space included. Throws a RangeError where it
 * has a character that XML cannot hold: leaving it out would make one person's name another's.
 */
export function escapeXml(text: string): string {
  if (!isXmlText(text)) throw new RangeError('the text has a character that XML cannot hold');
  return text.replaceAll(/[&<>"'\t\n\r]/g, (character) => escapes[character]!);
}

/** Whether XML 1.0 can hold the text (its production 2, Char); a lone surrogate is no character. */
export function isXmlText(text: string): boolean {
  return /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u.test(text);
}

/** A template whose values are escaped, unless they are markup made by this function. */
export function xml(strings: TemplateStringsArray, ...values: readonly (string | Xml | undefined)[]): Xml {
  let text = strings[0]!;
  for (const [index, value] of values.entries()) {
    text += (value instanceof Xml ? value.text : escapeXml(value ?? '')) + strings[index + 1]!;
  }
  return new Xml(text);
}

/** Markup that was escaped already. */
export class Xml {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export const joinXml = (parts: readonly Xml[]): Xml => new Xml(parts.map(({ text }) => text).join(''));

/** SAML's names of namespaces. */
export const namespaces = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
} as const;

export const bindings = {
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
} as const;
