import type { FastifyInstance, onResponseHookHandler } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { waitingVerifications } from '../accounts/passwords.ts';
import type { GithubClient } from '../github/client.ts';
import type { ApiState } from '../load/state.ts';
import { certificateHealth } from '../saml/certificate-health.ts';
import type { SamlSetup } from '../saml/options.ts';

export interface MetricsContext {
  readonly state: ApiState;
  readonly saml: SamlSetup | undefined;
  readonly github: GithubClient | undefined;
}

/** `/metrics` for Prometheus: counts and times by route, never by path, so that no name of anybody is a label. */
export function registerMetrics(app: FastifyInstance, { state, saml, github }: MetricsContext): void {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers,
  });
  const writes = new Counter({
    name: 'api_changes_total',
    help: 'Requests other than reads, by route and status',
    labelNames: ['route', 'status'],
    registers,
  });
  gauge('api_ready', 'Whether the branch is loaded without a bad record, and no drill is on', () =>
    state.reasons.length === 0 && state.current !== undefined ? 1 : 0,
  );
  gauge('api_records', 'Records in memory', () =>
    Object.values(state.current?.counts ?? {}).reduce((a, b) => a + b, 0),
  );
  gauge('api_problems', 'Records that cannot be served', () => state.current?.problems.total ?? 0);
  gauge('api_sign_ins_waiting', 'Passwords that wait to be verified', waitingVerifications);
  if (saml !== undefined)
    gauge(
      'api_saml_certificate_days',
      'Days that the signing certificate still holds',
      () => certificateHealth(saml).daysLeft,
    );
  if (github !== undefined)
    gauge(
      'api_github_requests_remaining',
      "Requests within GitHub's limit; -1: not known yet",
      () => github.remaining ?? -1,
    );

  // By route when it is declared: asking each request for its route costs more than answering it.
  app.addHook('onRoute', (route) => {
    const observe = observerOf(route.url);
    route.onResponse = [...[route.onResponse ?? []].flat(), observe];
  });
  const observerOf = (route: string): onResponseHookHandler => {
    const children = new Map<string, ReturnType<typeof durations.labels>>();
    return (request, reply, done) => {
      const { method } = request;
      const status = String(reply.statusCode);
      let child = children.get(method + status);
      if (child === undefined) {
        child = durations.labels(method, route, status);
        children.set(method + status, child);
      }
      child.observe(reply.elapsedTime / 1000);
      if (method !== 'GET' && method !== 'HEAD') writes.inc({ route, status });
      done();
    };
  };
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.type(registry.contentType).header('cache-control', 'no-store');
    return registry.metrics();
  });

  function gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  }
}
