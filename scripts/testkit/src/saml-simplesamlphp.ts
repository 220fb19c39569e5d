import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, scratchDir, stopProcess, until } from './processes.ts';

export interface SimpleSamlPhp {
  readonly origin: string;
  readonly entityId: string;
  readonly acsUrl: string;
  /** Begins a sign-in and afterwards shows who is signed in. */
  readonly loginUrl: string;
  /** What it logged so far. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** A real service provider: SimpleSAMLphp under PHP's own server, all configuration private to it. */
export async function startSimpleSamlPhp(idp: {
  readonly issuer: string;
  readonly ssoUrl: string;
  readonly certificate: string;
  readonly port?: number;
}): Promise<SimpleSamlPhp> {
  const { dir, remove } = await scratchDir('cutover-simplesamlphp-');
  const port = idp.port ?? (await freePort());
  const origin = `http://127.0.0.1:${port}`;
  const entityId = `${origin}/metadata`;
  for (const name of ['config', 'metadata', 'log', 'data', 'cert', 'tmp', 'sessions', 'www'])
    await mkdir(join(dir, name));
  const secret = (): string => randomBytes(16).toString('hex');
  await writeFile(
    join(dir, 'config/config.php'),
    `<?php $config = ['baseurlpath' => '${origin}/', 'certdir' => '${dir}/cert/', 'loggingdir' => '${dir}/log/', 'datadir' => '${dir}/data/', 'tempdir' => '${dir}/tmp',
'technicalcontact_email' => 'nobody@example.test', 'timezone' => 'UTC', 'secretsalt' => '${secret()}', 'auth.adminpassword' => '${secret()}', 'admin.protectindexpage' => false,
'logging.level' => SimpleSAML\\Logger::DEBUG, 'logging.handler' => 'file', 'logging.logfile' => 'ssp.log', 'enable.saml20-idp' => false, 'session.cookie.secure' => false, 'session.cookie.samesite' => null,
'session.phpsession.savepath' => '${dir}/sessions', 'store.type' => 'phpsession', 'metadatadir' => '${dir}/metadata', 'metadata.sources' => [['type' => 'flatfile']], 'trusted.url.domains' => [],
'language.default' => 'en', 'language.available' => ['en'], 'theme.use' => 'default', 'module.enable' => ['core' => true, 'saml' => true], 'showerrors' => true, 'errorreporting' => false,
'session.duration' => 28800, 'session.cookie.name' => 'SSPSESS', 'session.phpsession.cookiename' => 'SSPPHP', 'session.authtoken.cookiename' => 'SSPAUTH'];`,
  );
  await writeFile(
    join(dir, 'config/authsources.php'),
    `<?php $config = ['default-sp' => ['saml:SP', 'entityID' => '${entityId}', 'idp' => '${idp.issuer}', 'WantAssertionsSigned' => true, 'NameIDPolicy' => ['Format' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', 'AllowCreate' => true]]];`,
  );
  const der = idp.certificate.replaceAll(/-----[^-]+-----|\s/g, '');
  await writeFile(
    join(dir, 'metadata/saml20-idp-remote.php'),
    `<?php $metadata['${idp.issuer}'] = ['SingleSignOnService' => [['Binding' => 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', 'Location' => '${idp.ssoUrl}']], 'certData' => '${der}'];`,
  );
  const root = '/usr/share/simplesamlphp';
  await writeFile(
    join(dir, 'www/router.php'),
    `<?php
if ($_SERVER['SCRIPT_NAME'] === '/who' || parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) === '/who') {
  require_once '${root}/lib/_autoload.php';
  $simple = new SimpleSAML\\Auth\\Simple('default-sp');
  $simple->requireAuth();
  $name = $simple->getAuthData('saml:sp:NameID');
  header('content-type: application/json');
  echo json_encode(['nameId' => $name->getValue(), 'format' => $name->getFormat(), 'nameQualifier' => $name->getNameQualifier(), 'spNameQualifier' => $name->getSPNameQualifier(), 'attributes' => $simple->getAttributes()]);
  return true;
}
return false;`,
  );
  const server = spawn(
    'php',
    [
      '-d',
      `session.save_path=${dir}/sessions`,
      '-d',
      'display_errors=0',
      '-d',
      `error_log=${dir}/log/php.log`,
      '-S',
      `127.0.0.1:${port}`,
      '-t',
      `${root}/www`,
      join(dir, 'www/router.php'),
    ],
    { env: { PATH: process.env['PATH'], SIMPLESAMLPHP_CONFIG_DIR: join(dir, 'config') }, stdio: 'ignore' },
  );
  await until('php -S', () =>
    fetch(origin, { redirect: 'manual' }).then(
      () => true,
      () => false,
    ),
  );
  return {
    origin,
    entityId,
    acsUrl: `${origin}/module.php/saml/sp/saml2-acs.php/default-sp`,
    loginUrl: `${origin}/who`,
    log: () => readFile(join(dir, 'log/ssp.log'), 'utf8').catch(() => ''),
    stop: async () => {
      await stopProcess(server);
      await remove();
    },
  };
}
