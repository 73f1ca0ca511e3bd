/** Every call of the page goes to the sandbox, and leaves this folder in the page's own words (`view.ts`). */

export class SandboxRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The server did not answer at all, or a proxy answered for it. */
export class SandboxGone extends Error {}

export async function call<T>(
  path: string,
  body?: unknown,
  method = body ? 'POST' : 'GET',
): Promise<T> {
  const response = await fetch(`/sandbox/api${path}`, {
    method,
    ...(body
      ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
      : {}),
  }).catch(() => {
    throw new SandboxGone(path);
  });
  if (response.status >= 500) throw new SandboxGone(path);
  const answer = (await response.json().catch(() => ({}))) as T & {
    code?: string;
    message?: string;
  };
  if (!response.ok)
    throw new SandboxRefusal(response.status, answer.code ?? '', answer.message ?? '');
  return answer;
}

export const query = (values: Record<string, string | number | undefined>): string => {
  const filled = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return filled.length ? `?${new URLSearchParams(filled.map(([k, v]) => [k, String(v)]))}` : '';
};
export const instant = (iso: string | null | undefined): number | undefined =>
  iso ? Date.parse(iso) : undefined;
