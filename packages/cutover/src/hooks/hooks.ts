import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import type { Effect } from '@cutover/runs';
import type { Hook, HookName, RunFile } from '../site/run-file.ts';
import { nsupdateCommand, nsupdateScript, recordsAre } from './nsupdate.ts';
import { type ProcessEnd, runProcess } from './run-process.ts';

/** What a hook is asked for. `dry`: say what would be done, change nothing. */
export type HookPhase = 'do' | 'undo' | 'probe' | 'dry';

/**
 * The environment that a hook finds, beside PATH, HOME, LANG, TZ and the variables that the run file names for it.
 */
export const hookEnvironment = {
  CUTOVER_PHASE: 'do, undo, probe (is what `do` does there? exit 0: yes, 1: no) or dry',
  CUTOVER_HOOK: 'its name in the run file',
  CUTOVER_STEP: 'the step of the plan',
  CUTOVER_RUN_ID: 'the run',
  CUTOVER_MODE: 'rehearsal or real',
  CUTOVER_SITE: 'name in the run file',
  CUTOVER_FENCE: 'token of the lease, which grows with every holder; empty in a rehearsal without one',
  CUTOVER_PUBLIC: 'the bare repository that the run imports into: of its own in a rehearsal',
  CUTOVER_PRIVATE: 'the private store that goes with it',
  CUTOVER_OUT: 'a folder that it may leave files in: a dump, evidence',
} as const;

/** What exit codes of a hook mean. */
export const hookExits = {
  0: 'done (probe: it is there)',
  1: 'failed, how far is not known (probe: it is not there)',
  75: 'nothing was done; may be tried again',
} as const;

/** Of sysexits.h: a temporary failure. */
const nothingDoneExit = 75;

export interface HooksInput {
  readonly file: RunFile;
  readonly runDir: string;
  readonly runId: string;
  readonly mode: string;
  /** The stores of the run. */
  readonly publicDir: string;
  readonly privateUrl: string;
  /** The process's own environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface HookDone {
  readonly hook: HookName;
  readonly dry: boolean;
  /** The last of what it said. */
  readonly said: string;
}

/** A site's hooks as effects of steps. */
export class Hooks {
  readonly #input: HooksInput;
  /** Whether hooks only say what they would do. */
  readonly dry: boolean;

  constructor(input: HooksInput) {
    this.#input = input;
    this.dry = input.mode === 'rehearsal' && input.file.rehearsal.hooks === 'dry';
  }

  has(name: HookName): boolean {
    return this.#input.file.hooks[name] !== undefined;
  }

  /** Why the site does without it; undefined where it has it, or says nothing. */
  without(name: HookName): string | undefined {
    return this.has(name) ? undefined : this.#input.file.without[name];
  }

  /** Where a hook leaves what it makes. */
  outDir(name: HookName): string {
    return join(this.#input.runDir, 'hooks', name);
  }

  /** Doing it, or taking it back, once; in a dry rehearsal it only says what it would do. */
  effect(name: HookName, step: string, phase: 'do' | 'undo', fence?: number): Effect<HookDone> {
    const hook = this.#hook(name);
    const call = (how: HookPhase) => this.#call(hook, name, step, how, fence);
    if (this.dry) {
      const dry = async (): Promise<HookDone> => ({ hook: name, dry: true, said: (await call('dry')).tail });
      return { do: dry, probe: () => Promise.resolve(undefined) };
    }
    const probe = this.#probeOf(hook, name, step, fence);
    const done = async (): Promise<HookDone> => ({ hook: name, dry: false, said: (await call(phase)).tail });
    if (probe === undefined) return { do: done };
    return {
      do: done,
      probe: async () => {
        const there = await probe(phase);
        return there ? { result: { hook: name, dry: false, said: 'found to be there' } } : undefined;
      },
    };
  }

  #hook(name: HookName): Hook {
    const hook = this.#input.file.hooks[name];
    if (hook !== undefined) return hook;
    throw new CutoverError('hook-missing', `the run file has no hook ${name}`, {
      next: `give hooks.${name}, or say why there is none with without.${name}`,
      exitCode: exitCodes.usage,
    });
  }

  /** Whether what `phase` shall bring about is so; undefined where the hook cannot tell. */
  #probeOf(
    hook: Hook,
    name: HookName,
    step: string,
    fence: number | undefined,
  ): ((phase: 'do' | 'undo') => Promise<boolean>) | undefined {
    if ('nsupdate' in hook) return (phase) => recordsAre(hook.nsupdate, phase);
    const can =
      'command' in hook
        ? hook.probe
        : 'shell' in hook
          ? hook.probeShell !== undefined
          : hook.http.probe !== undefined;
    if (!can) return undefined;
    return async (phase) => {
      const there = await this.#call(hook, name, step, 'probe', fence);
      return (there.code === 0) === (phase === 'do');
    };
  }

  async #call(
    hook: Hook,
    name: HookName,
    step: string,
    phase: HookPhase,
    fence: number | undefined,
  ): Promise<ProcessEnd> {
    const asked = phase === 'dry' && !('command' in hook || 'nsupdate' in hook) ? undefined : phase;
    // A shell line or a call over HTTP has no dry mode: it is not made.
    if (asked === undefined) return { code: 0, timedOut: false, tail: describe(hook) };
    const end =
      'http' in hook
        ? await callHttp(hook, phase, this.#input.environment)
        : await this.#process(hook, name, step, phase, fence);
    if (end.code === 0 || (phase === 'probe' && end.code === 1)) return end;
    throw failed(name, step, phase, end, 'http' in hook ? undefined : this.#logPath(step, name, phase));
  }

  #process(
    hook: Exclude<Hook, { http: unknown }>,
    name: HookName,
    step: string,
    phase: HookPhase,
    fence: number | undefined,
  ): Promise<ProcessEnd> {
    const { environment, runId, mode, file } = this.#input;
    const given = hook.env.map((key) => [key, environment[key] ?? ''] as const);
    const inherited = ['PATH', 'HOME', 'LANG', 'TZ'].flatMap((key) =>
      environment[key] === undefined ? [] : [[key, environment[key]] as const],
    );
    const own: Record<keyof typeof hookEnvironment, string> = {
      CUTOVER_PHASE: phase,
      CUTOVER_HOOK: name,
      CUTOVER_STEP: step,
      CUTOVER_RUN_ID: runId,
      CUTOVER_MODE: mode,
      CUTOVER_SITE: file.name,
      CUTOVER_FENCE: fence === undefined ? '' : String(fence),
      CUTOVER_PUBLIC: this.#input.publicDir,
      CUTOVER_PRIVATE: this.#input.privateUrl,
      CUTOVER_OUT: this.outDir(name),
    };
    return runProcess({
      command: commandOf(hook, phase),
      env: { ...Object.fromEntries(inherited), ...Object.fromEntries(given), ...own },
      ...('nsupdate' in hook
        ? { stdin: nsupdateScript(hook.nsupdate, phase === 'probe' ? 'dry' : phase) }
        : {}),
      cwd: file.folder,
      timeoutMs: hook.timeout,
      logPath: this.#logPath(step, name, phase),
      secrets: given.map(([, value]) => value),
    });
  }

  #logPath(step: string, name: HookName, phase: HookPhase): string {
    return join(this.outDir(name), `${step}-${phase}.log`);
  }
}

function commandOf(hook: Exclude<Hook, { http: unknown }>, phase: HookPhase): readonly string[] {
  if ('command' in hook) return hook.command;
  if ('nsupdate' in hook) return nsupdateCommand(hook.nsupdate);
  const line = { do: hook.shell, undo: hook.undoShell, probe: hook.probeShell, dry: undefined }[phase];
  if (line !== undefined) return ['/bin/sh', '-c', line];
  throw new CutoverError('hook-no-way-back', `the hook has no line for ${phase}`, {
    next: `give ${phase}-shell in the run file, or take it back by hand and settle it`,
    data: { nothingDone: true },
    exitCode: exitCodes.stoppedByFault,
  });
}

async function callHttp(
  { http, timeout }: Extract<Hook, { http: unknown }>,
  phase: HookPhase,
  environment: HooksInput['environment'],
): Promise<ProcessEnd> {
  const call = phase === 'dry' ? undefined : http[phase];
  if (call === undefined)
    throw new CutoverError('hook-no-way-back', `the hook has no call for ${phase}`, {
      next: `give http.${phase} in the run file, or do it by hand and settle it`,
      data: { nothingDone: true },
      exitCode: exitCodes.stoppedByFault,
    });
  const headers = Object.fromEntries(
    Object.entries(call.headersFromEnv).map(([header, key]) => [header, environment[key] ?? '']),
  );
  try {
    const answer = await fetch(call.url, {
      method: call.method,
      headers: { ...(call.body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    });
    await answer.body?.cancel();
    const tail = `${call.method} ${new URL(call.url).host} answers ${answer.status}`;
    if (call.ok.includes(answer.status)) return { code: 0, timedOut: false, tail };
    return {
      code: answer.status === 429 || answer.status === 503 ? nothingDoneExit : 1,
      timedOut: false,
      tail,
    };
  } catch (error) {
    const refused = (error as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED';
    const tail = `${new URL(call.url).host} did not answer`;
    return { code: refused ? nothingDoneExit : undefined, timedOut: false, tail };
  }
}

function describe(hook: Hook): string {
  if ('http' in hook) return `would call ${hook.http.do.method} ${new URL(hook.http.do.url).host}`;
  return 'would run a line of the shell';
}

function failed(
  name: string,
  step: string,
  phase: HookPhase,
  end: ProcessEnd,
  log: string | undefined,
): CutoverError {
  const how = end.timedOut
    ? 'did not end in its time'
    : end.code === undefined
      ? 'could not be run, or was ended'
      : `ended with ${end.code}`;
  const said = end.tail === '' ? '' : `: ${end.tail.slice(-300)}`;
  const nothingDone = end.code === nothingDoneExit;
  const goOn = phase === 'undo' ? 'cutover rollback' : 'cutover resume';
  return new CutoverError('hook-failed', `${step}: the hook ${name} (${phase}) ${how}${said}`, {
    next: nothingDone
      ? `nothing was done by it: see why, then ${goOn}`
      : `see ${log ?? 'what it was to call'} for all it said, mend it, then ${goOn}`,
    data: { nothingDone, hook: name, phase },
    exitCode: exitCodes.stoppedByFault,
  });
}
