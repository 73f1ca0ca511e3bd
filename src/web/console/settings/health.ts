import type { Account } from '../../shared/api/types';
import { t } from '../../shared/i18n/i18n';

export type Tone = 'good' | 'warn' | 'bad' | 'idle' | 'hollow';

export interface HealthWord {
  tone: Tone;
  text: string;
}

export function tokenHealth({ kind, enabled, health }: Account): HealthWord {
  if (!enabled) return { tone: 'hollow', text: t('settings.off') };
  if (kind === 'merchant' && health.token.state === 'failing') {
    return {
      tone: 'bad',
      text: t('settings.token-failing-code', { code: health.token.errorName ?? '' }),
    };
  }
  const { state, errorCode } = health.token;
  if (state === 'ok') return { tone: 'good', text: t('settings.token-ok') };
  if (state === 'unknown') return { tone: 'idle', text: t('settings.token-unknown') };
  return {
    tone: 'bad',
    text:
      errorCode === undefined || errorCode === null
        ? t('settings.token-failing')
        : t('settings.token-failing-code', { code: errorCode }),
  };
}

export function callbackHealth({ kind, enabled, health }: Account): HealthWord {
  if (!enabled || kind === 'merchant') return { tone: 'hollow', text: t('format.none') };
  const { state } = health.callback;
  if (state === 'ok') return { tone: 'good', text: t('settings.callback-ok') };
  if (state === 'silent') return { tone: 'warn', text: t('settings.callback-silent') };
  return { tone: 'warn', text: t('settings.callback-never') };
}
