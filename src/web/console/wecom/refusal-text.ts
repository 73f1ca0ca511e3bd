import { t, textOr } from '../../shared/i18n/i18n';

/** Why WeCom did not do it, in words; a reason without words of ours is one for an engineer. */
export const refusalText = (
  area: 'outreach' | 'wecom',
  reason: string,
  { isAskedAgain = false } = {},
): string =>
  textOr(
    `${area}.reason-${reason}`,
    isAskedAgain ? t('wecom.asked-again') : t('wecom.refused-so', { code: reason }),
  );
