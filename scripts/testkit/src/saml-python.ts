import { spawn } from 'node:child_process';

/** A response as a service gets it, with what the service expects. */
export interface JudgedResponse {
  /** Base64, as in the form. */
  readonly samlResponse: string;
  readonly acsUrl: string;
  readonly entityId: string;
  readonly issuer: string;
  /** Certificate of the identity provider, in PEM. */
  readonly certificate: string;
  readonly metadata: string;
  /** Undefined: nobody asked. */
  readonly requestId: string | undefined;
}

export type Verdict =
  | {
      readonly accepted: true;
      readonly nameId: string;
      readonly format: string;
      readonly attributes: Record<string, string[]>;
    }
  | { readonly accepted: false; readonly why: string };

const pysaml2 = `
import json, sys, tempfile, os
from saml2 import BINDING_HTTP_POST
from saml2.config import SPConfig
from saml2.client import Saml2Client
given = json.load(sys.stdin)
path = os.path.join(tempfile.mkdtemp(), 'idp.xml')
open(path, 'w').write(given['metadata'])
config = SPConfig()
config.load({
  'entityid': given['entityId'], 'xmlsec_binary': '/usr/bin/xmlsec1', 'metadata': {'local': [path]}, 'allow_unknown_attributes': True,
  'service': {'sp': {'endpoints': {'assertion_consumer_service': [(given['acsUrl'], BINDING_HTTP_POST)]},
    'allow_unsolicited': given.get('requestId') is None, 'want_response_signed': True, 'want_assertions_signed': True, 'authn_requests_signed': False}},
})
outstanding = {} if given.get('requestId') is None else {given['requestId']: '/'}
try:
  response = Saml2Client(config).parse_authn_request_response(given['samlResponse'], BINDING_HTTP_POST, outstanding)
  name = response.name_id
  print(json.dumps({'accepted': True, 'nameId': name.text, 'format': name.format, 'attributes': response.ava}))
except Exception as error:
  print(json.dumps({'accepted': False, 'why': repr(error)}))
`;

const onelogin = `
import json, sys
from urllib.parse import urlparse
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
given = json.load(sys.stdin)
url = urlparse(given['acsUrl'])
settings = OneLogin_Saml2_Settings({'strict': True,
  'sp': {'entityId': given['entityId'], 'assertionConsumerService': {'url': given['acsUrl'], 'binding': 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'}},
  'idp': {'entityId': given['issuer'], 'singleSignOnService': {'url': 'https://idp.test/sso', 'binding': 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'},
    'x509cert': given['certificate']},
  'security': {'wantMessagesSigned': True, 'wantAssertionsSigned': True, 'rejectDeprecatedAlgorithm': True}}, sp_validation_only=False)
request = {'https': 'on' if url.scheme == 'https' else 'off', 'http_host': url.netloc, 'script_name': url.path, 'get_data': {}, 'post_data': {'SAMLResponse': given['samlResponse']}}
try:
  response = OneLogin_Saml2_Response(settings, given['samlResponse'])
  if response.is_valid(request, given.get('requestId')):
    name = response.get_nameid_data()
    print(json.dumps({'accepted': True, 'nameId': name['Value'], 'format': name['Format'], 'attributes': response.get_attributes()}))
  else:
    print(json.dumps({'accepted': False, 'why': response.get_error()}))
except Exception as error:
  print(json.dumps({'accepted': False, 'why': repr(error)}))
`;

/** What pysaml2 says, as a service provider that wants both signatures. */
export const judgeWithPysaml2 = (input: JudgedResponse): Promise<Verdict> => judge(pysaml2, input);

/** What python3-saml says in its strict mode, as a service provider that wants both signatures. */
export const judgeWithOneLogin = (input: JudgedResponse): Promise<Verdict> => judge(onelogin, input);

/** Debian's own Python, because the libraries are Debian's. */
function judge(script: string, input: JudgedResponse): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    const child = spawn('/usr/bin/python3', ['-c', script], { env: { PATH: process.env['PATH'] } });
    let out = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', reject);
    child.once('close', () => {
      const line = out.trim().split('\n').at(-1) ?? '';
      if (line.startsWith('{')) resolve(JSON.parse(line) as Verdict);
      else reject(new Error(`the judge could not judge: ${errors.slice(-2000)}`));
    });
    child.stdin.end(JSON.stringify(input));
  });
}
