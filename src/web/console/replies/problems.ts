import { ApiError } from '../../shared/api/api-error';
import { hasText, t } from '../../shared/i18n/i18n';

/** What the server has against one part of a form, in our words where we have some. */
export function problemText(error: unknown, part: string): string {
  if (!(error instanceof ApiError)) return '';
  const field = error.fields.find(({ path }) => path === part || path.startsWith(`${part}.`));
  if (!field) return '';
  const { code, params = {} } = field;
  const n = params['line'] ?? params['maximum'] ?? '';
  if (hasText(`problem.${code}`)) return t(`problem.${code}`, { n });
  return field.message;
}

/** Why the preview has nothing to show. */
export function unsaidText(result: unknown): string {
  const { problem } = result as { problem?: string | null };
  return problem && hasText(`problem.${problem}`) ? t(`problem.${problem}`) : '';
}
