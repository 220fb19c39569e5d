import { buildApp } from './app.ts';
import type { ApiOptions } from './options.ts';

export interface RunningApi {
  /** Where it listens, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Says that it is not ready, answers on for `drainMs`, then answers what is under way and stops. */
  close(): Promise<void>;
}

/** Builds the API and listens. Port 0 takes a free one. Throws what `buildApp` throws, and the listener's errors. */
export async function startApi(
  options: ApiOptions & { readonly host: string; readonly port: number },
): Promise<RunningApi> {
  const app = await buildApp(options);
  const url = await app.listen({ host: options.host, port: options.port });
  return {
    url,
    close: async () => {
      await app.drain();
      // A connection whose last request is answered by then would be kept open for the next one.
      const idle = setInterval(() => app.server.closeIdleConnections(), 50);
      await app.close().finally(() => clearInterval(idle));
    },
  };
}
