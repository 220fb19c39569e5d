import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readRunFile, type RehearsalOptions, type RunFile, type Site } from '@cutover/cutover';
import { dumpSource, folderFiles, readCorrections, readWaivers, type UploadOptions } from '@cutover/importer';
import {
  checkAccounts,
  checkSource,
  type Manifest,
  manifestPath,
  parseSourceUrl,
  preflightSource,
  readManifest,
  readPrivileges,
  Session,
  sourceDetails,
  takeArchive,
} from '@cutover/livesource';
import { type Notifier, webhookNotifier, type WebhookOptions } from '@cutover/runs';
import { bootProcess } from './boot.ts';
import { environment, wholeEnvironment } from './environment.ts';
import type { Output } from './output.ts';
import { loadProfile, profileModule } from './profile.ts';
import { sourcePassword } from './secret-input.ts';
import { version } from './version.ts';
import { wayBackOf } from './way-back.ts';

/** A run file, and what a run of it is given. */
export interface LoadedSite {
  readonly file: RunFile;
  readonly options: RehearsalOptions;
  /** Of the run file's text: a run that goes on says where it has changed. */
  readonly sha256: string;
  /** What the source is called. */
  readonly sourceName: string;
}

/** Reads a run file and puts together what its runs need. Nothing outside is asked yet. */
export async function loadSite(path: string, out: Output, webhook?: WebhookOptions): Promise<LoadedSite> {
  const file = await readRunFile(resolve(path));
  const profile = await loadProfile(file.profile);
  const site: Site = { ...siteOf(file, out, webhook), wayBack: wayBackOf(profile) };
  const { dump, lenient, asOf } = file.source;
  const { waivers, quarantine, branch, into, history, public: publicDir, private: privateUrl } = file.stores;
  const privateDir = privateUrl?.replace(/^file:\/\//, '');
  return {
    file,
    sha256: createHash('sha256')
      .update(await readFile(resolve(path)))
      .digest('hex'),
    sourceName: file.name,
    options: {
      profile,
      threads: { profileModule: profileModule(file.profile) },
      ...(dump === undefined ? {} : { source: dumpSource([...dump], { lenient }) }),
      dump: dump ?? [],
      lenient,
      branch,
      ...(history === undefined ? {} : { history }),
      ...(file.files === undefined ? {} : { uploads: () => uploadsOf(file.files!) }),
      ...(quarantine === undefined ? {} : { corrections: () => readCorrections(quarantine, profile) }),
      into,
      waivers: waivers === undefined ? [] : await readWaivers(waivers),
      toolVersion: version,
      boot: bootProcess(file.profile),
      ...(asOf === undefined ? {} : { asOf }),
      // A rehearsal begins on copies of the stores that are there.
      ...(publicDir !== undefined && existsSync(publicDir) ? { basePublicDir: publicDir } : {}),
      ...(privateUrl !== undefined && (privateUrl.startsWith('s3:') || existsSync(privateDir!))
        ? { basePrivateUrl: privateUrl }
        : {}),
      site,
    },
  };
}

/** Throws CutoverError `files-missing`. */
async function uploadsOf({
  folder,
  legacyHosts,
  inGit,
}: NonNullable<RunFile['files']>): Promise<UploadOptions> {
  return {
    source: await folderFiles(folder),
    ...(legacyHosts === undefined ? {} : { legacyHosts }),
    ...(inGit === undefined ? {} : { inGitBytes: inGit }),
  };
}

function siteOf(file: RunFile, out: Output, webhook: WebhookOptions | undefined): Site {
  const { url, lenient } = file.source;
  return {
    file,
    environment: wholeEnvironment(),
    openDump: async (files) => {
      const [first] = files;
      const manifest =
        first !== undefined && existsSync(manifestPath(first)) ? await readManifest(first) : undefined;
      return {
        files,
        source: dumpSource([...files], { lenient }),
        ...(manifest === undefined ? {} : { origin: originOf(manifest) }),
      };
    },
    ...(url === undefined ? {} : liveOf(url, file, out)),
    ...(webhook === undefined ? {} : { tryWebhook: () => tryWebhook(webhook) }),
  };
}

function liveOf(url: string, file: RunFile, out: Output): Pick<Site, 'sourceChecks' | 'takeDump' | 'frozen'> {
  const address = parseSourceUrl(url);
  const { lenient, applicationUrl, canaryUrl, reconnectFor } = file.source;
  const password = (): Promise<string | undefined> => sourcePassword({ fromStdin: false });
  return {
    sourceChecks: async () => {
      const { checks, schema } = await preflightSource(address, { password: await password() });
      const bytes = checks.map(({ evidence }) => Number(evidence['bytes'] ?? 0));
      return { checks, schema, bytes: Math.max(0, ...bytes) };
    },
    takeDump: async (path, onEvent) => {
      const manifest = await takeArchive({
        address,
        out: path,
        reconnectForMs: reconnectFor,
        toolVersion: version,
        password: await password(),
        onEvent,
        onWait: (why) => out.note(`waiting: ${why}`),
      });
      return { files: [path], source: dumpSource([path], { lenient }), origin: originOf(manifest) };
    },
    frozen: {
      ...(canaryUrl === undefined ? {} : { canary: { url: canaryUrl } }),
      open: async () => {
        const sql = await Session.open(address, { password: await password() });
        try {
          const application =
            applicationUrl === undefined
              ? undefined
              : await Session.open(parseSourceUrl(applicationUrl), {
                  password: environment('CUTOVER_APPLICATION_PASSWORD'),
                });
          const { held, unproven } = await readPrivileges(sql, address.database);
          return {
            sql,
            database: address.database,
            seesEveryTable: held.has('SELECT') && !unproven,
            application,
            close: async () => {
              await Promise.all([sql.close(), application?.close()]);
            },
          };
        } catch (error) {
          await sql.close();
          throw error;
        }
      },
    },
  };
}

const originOf = (manifest: Manifest): NonNullable<RehearsalOptions['origin']> => ({
  checks: (tables) => [
    checkSource(manifest),
    ...(Object.keys(tables).length === 0 ? [] : [checkAccounts(manifest, tables)]),
  ],
  details: { source: sourceDetails(manifest) },
});

async function tryWebhook(options: WebhookOptions): Promise<string | undefined> {
  let lost: string | undefined;
  const notifier: Notifier = webhookNotifier({
    ...options,
    only: 'all',
    backoffMs: [],
    onLost: (reason) => (lost = reason),
  });
  notifier.tell({
    type: 'step',
    problem: false,
    sentence: 'cutover asks whether this address answers',
    runId: 'preflight',
    plan: 'cutover',
    mode: 'preflight',
    at: new Date().toISOString(),
    inputBytes: 0,
  });
  await notifier.close();
  return lost;
}
