import { ApiError } from '../../shared/api/api-error';
import { dayTimeText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';
import { confirmWithNumbers } from '../../shared/notices/confirm';

/** Somebody saved since this was read: the version to save over, if the writer wants to. What is typed stays. */
export async function askToOverwrite(error: unknown): Promise<number | undefined> {
  if (!(error instanceof ApiError) || error.code !== 'record_changed_meanwhile') return undefined;
  const { by, at, version } = error.body;
  if (typeof by !== 'string' || typeof at !== 'string' || typeof version !== 'number')
    return undefined;
  const agreed = await confirmWithNumbers({
    title: t('overwrite.title', { by }),
    body: t('overwrite.text', { by, at: dayTimeText(at) }),
    action: t('overwrite.action'),
    cancel: t('overwrite.cancel'),
    tone: 'bad',
  });
  return agreed ? version : undefined;
}
