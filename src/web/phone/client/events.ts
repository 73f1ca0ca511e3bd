import type { Attempt, BackstageEvent, Trace } from '../view';
import { call } from './call';

interface WireAttempt {
  n: number;
  at: string;
  ms: number;
  status: number | null;
  url: string;
  bodyEncrypted?: string | null;
  replyRaw: string | null;
  replyPlain: string | null;
  verdict: string;
  reason?: string | null;
  trace?: unknown;
}

interface WireEvent {
  id: string;
  appId: string;
  kind: string;
  at: string;
  verdict: string;
  mode: string;
  request: { method: string; url: string; bodyEncrypted: string | null; bodyPlain: string };
  attempts: WireAttempt[];
  trace?: unknown;
}

/** The app's own account of one callback: an object, or the header as it came (base64url JSON). Absent or unreadable: nothing. */
export function readTrace(value: unknown): Trace | undefined {
  let found = value;
  if (typeof value === 'string') {
    try {
      const bytes = Uint8Array.from(atob(value.replace(/-/g, '+').replace(/_/g, '/')), (sign) =>
        sign.charCodeAt(0),
      );
      found = JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return undefined;
    }
  }
  if (typeof found !== 'object' || found === null) return undefined;
  const trace = found as Partial<Trace>;
  return { steps: trace.steps ?? [], written: trace.written ?? [], rule: trace.rule };
}

export async function readEvent(id: string): Promise<BackstageEvent> {
  const wire = await call<WireEvent>(`/events/${encodeURIComponent(id)}`);
  const attempts: Attempt[] = wire.attempts.map((attempt) => ({
    number: attempt.n,
    at: Date.parse(attempt.at),
    ms: attempt.ms,
    status: attempt.status ?? undefined,
    address: attempt.url,
    verdict: attempt.verdict,
    reason: attempt.reason ?? '',
    sealed: attempt.bodyEncrypted ?? wire.request.bodyEncrypted ?? '',
    replyRaw: attempt.replyRaw ?? '',
    replyPlain: attempt.replyPlain ?? '',
    trace: readTrace(attempt.trace),
  }));
  const only = readTrace(wire.trace);
  const last = attempts.at(-1);
  if (only && last && !attempts.some((attempt) => attempt.trace)) last.trace = only;
  return {
    id: wire.id,
    appId: wire.appId,
    kind: wire.kind,
    at: Date.parse(wire.at),
    mode: wire.mode,
    verdict: wire.verdict,
    method: wire.request.method,
    address: wire.request.url,
    plain: wire.request.bodyPlain,
    attempts,
  };
}

export const repeatEvent = (id: string): Promise<unknown> =>
  call(`/events/${encodeURIComponent(id)}/repeat`, { times: 1 });
