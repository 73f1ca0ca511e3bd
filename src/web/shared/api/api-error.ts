import { t } from '../i18n/i18n';

export interface FieldProblem {
  path: string;
  code: string;
  message: string;
  /** Limits and positions. */
  params?: Readonly<Record<string, string | number>>;
}

/** A refusal (RFC 9457 problem document) or a failure to reach the server (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string | null,
    readonly fields: readonly FieldProblem[] = [],
    readonly requestId: string | null = null,
    readonly body: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${status} ${code}`);
    this.name = 'ApiError';
  }
}

/** Something could not be read: nothing was changed, and it is read again by itself. */
export const UNREACHED = 'unreached';
export const isUnreached = (error: unknown): boolean =>
  error instanceof ApiError && error.code === UNREACHED;

const own: Record<string, string> = {
  [UNREACHED]: 'error.unreached',
  'not-sent': 'error.not-sent',
  network: 'error.network',
  timeout: 'error.timeout',
  not_found: 'error.not-found',
};

/** One sentence for people: the server's own words when it has some, else ours; `otherwise` for what has none. */
export function errorText(error: unknown, otherwise = 'error.unexpected'): string {
  if (!(error instanceof ApiError)) return t(otherwise);
  if (error.detail !== null) return error.detail;
  if (error.status === 403) return t('error.forbidden');
  return t(own[error.code] ?? otherwise);
}

/** The message for one field of a form, if the server complained about it. */
export function fieldText(error: unknown, path: string): string {
  if (!(error instanceof ApiError)) return '';
  return error.fields.find((field) => field.path === path)?.message ?? '';
}

/** The message for a list, or for the first thing in it that is wrong. */
export function listText(error: unknown, path: string): string {
  if (!(error instanceof ApiError)) return '';
  const isIn = (field: FieldProblem) => field.path === path || field.path.startsWith(`${path}.`);
  return error.fields.find(isIn)?.message ?? '';
}
