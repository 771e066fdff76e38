import type { Health, Logger } from '../api/plugin.js';
import type { RouteDeclaration, RouteReply, Routes } from '../api/ports/routes.js';
import type { HouseHealth } from '../internal/health.js';

/** How far the edge itself has come. */
export interface Phase {
  started: boolean;
  stopping: boolean;
}

type Verdict = Awaited<ReturnType<HouseHealth['check']>>;

const MEDIA_TYPE = 'application/health+json';

const probe = (path: string, summary: string): RouteDeclaration => ({
  method: 'GET',
  path,
  scope: 'public',
  summary,
  replies: { 200: { description: 'Yes.', mediaTypes: [MEDIA_TYPE] }, 503: { description: 'No.', mediaTypes: [MEDIA_TYPE] } },
});

/**
 * The probes of an orchestrator. The body has the shape of draft-inadarei-api-health-check-06 (expired, but what tools
 * read); it tells the public which part is unwell and never why: that is logged.
 */
export function healthRoutes(health: HouseHealth | undefined, phase: Phase, log: Logger): Routes {
  const check = sharing(() => (health ? health.check() : Promise.resolve<Verdict>({ started: phase.started, parts: {} })));
  let lastUnwell = '';
  return {
    table: {
      mount: '',
      routes: {
        live: probe('/livez', 'Does the process answer? Looks at nothing else.'),
        ready: probe('/readyz', 'May requests be sent here?'),
        startup: probe('/startupz', 'Has every part started?'),
      },
    },
    handlers: {
      live: async () => answer('pass'),
      startup: async () => answer((await check()).started ? 'pass' : 'fail'),
      ready: async () => {
        const { started, parts } = await check();
        const unwell = Object.entries(parts).filter(([, { status }]) => status !== 'pass');
        const names = unwell.map(([name, { status }]) => `${name}: ${status}`).join(', ');
        if (names !== lastUnwell)
          log.warn({ unwell: Object.fromEntries(unwell) }, names === '' ? 'all parts are well again' : `unwell: ${names}`);
        lastUnwell = names;
        const failed = !started || phase.stopping || unwell.some(([, { status }]) => status === 'fail');
        return answer(failed ? 'fail' : unwell.length > 0 ? 'warn' : 'pass', parts);
      },
    },
  };
}

function answer(status: Health['status'], parts?: Verdict['parts']): RouteReply {
  const checks = parts && Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, [{ status: part.status }]]));
  return { status: status === 'fail' ? 503 : 200, mediaType: MEDIA_TYPE, body: { status, ...(checks && { checks }) } };
}

/** Callers that come while a check runs share its answer: probes are public, and must not multiply the work. */
function sharing<T>(check: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= check().finally(() => {
      running = undefined;
    });
    return running;
  };
}
