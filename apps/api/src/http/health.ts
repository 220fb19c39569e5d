import type { FastifyInstance } from 'fastify';
import { certificateHealth } from '../saml/certificate-health.ts';
import type { SamlSetup } from '../saml/options.ts';
import { SurroundingsCheck } from '../load/surroundings.ts';
import type { ApiState } from '../load/state.ts';
import type { ApiOptions } from '../options.ts';

/** `/api/health`: the process answers. `/api/health/ready`: it has records to serve, and every one is good. */
export function registerHealth(
  app: FastifyInstance,
  options: ApiOptions,
  state: ApiState,
  saml: SamlSetup | undefined,
): void {
  const { profile, branch, version, environment = 'production' } = options;
  const surroundings = new SurroundingsCheck(options);
  const about = (): Record<string, unknown> => ({
    version,
    environment,
    profile: profile.name,
    target: profile.target.name,
    branch,
    commit: state.current?.commit ?? null,
  });

  const described = (summary: string) => ({ schema: { summary, tags: ['operation'] } });
  app.get('/api/health', described('The process is alive'), async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return { status: 'alive', ...about() };
  });

  app.get(
    '/api/health/ready',
    described('Whether visitors can be sent here, and why not'),
    async (_request, reply) => {
      const { current } = state;
      const around = await surroundings.look(current?.commit);
      const certificate: Partial<ReturnType<typeof certificateHealth>> =
        saml === undefined ? {} : certificateHealth(saml);
      const reasons = [
        ...state.reasons,
        ...around.faults,
        ...(certificate.fault === undefined ? [] : [certificate.fault]),
      ];
      const ready = current !== undefined && reasons.length === 0;
      reply.code(ready ? 200 : 503).header('cache-control', 'no-store');
      return {
        status: ready ? 'ready' : 'not-ready',
        ...about(),
        records: current?.counts ?? {},
        lag: around.lag,
        reasons,
        problemsTotal: current?.problems.total ?? 0,
        warnings: [
          ...(current?.warnings.kept ?? []),
          ...around.warnings,
          ...(certificate.warning === undefined ? [] : [certificate.warning]),
        ],
      };
    },
  );
}
