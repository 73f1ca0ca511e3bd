import type { Settings } from '../kernel/settings';

/** `choose`: the model picks an FAQ and its own answer is said; `write`: it may put that answer in its own words. */
export const styles = ['choose', 'write'] as const;
export type Style = (typeof styles)[number];

export type ModelConfig = {
  /** Without a slash at its end. */
  readonly base: string;
  readonly key: string | undefined;
  readonly chat: string;
  readonly embedding: string | undefined;
  readonly style: Style;
  readonly timeoutMs: number;
  readonly dailyCalls: number;
  readonly dailyTokens: number;
  readonly personDailyCalls: number;
  readonly logDays: number;
};

export type SpeechConfig = Pick<
  ModelConfig,
  'base' | 'key' | 'timeoutMs' | 'dailyCalls' | 'dailyTokens'
> & {
  readonly model: string;
};

/** Nothing where no speech model is named: then voices stay voices. */
export function speechConfigOf(settings: Settings): SpeechConfig | undefined {
  const { modelSpeech: model, modelSpeechBase: own, modelApiBase } = settings;
  const base = own ?? modelApiBase;
  if (model === undefined || base === undefined) return undefined;
  return {
    base: base.replace(/\/+$/, ''),
    key: settings.modelSpeechKey ?? (own === undefined ? settings.modelApiKey : undefined),
    model,
    timeoutMs: settings.modelSpeechTimeoutMs,
    dailyCalls: settings.modelDailyCalls,
    dailyTokens: settings.modelDailyTokens,
  };
}

/** Nothing where no endpoint is named: then nothing of this capability runs. */
export function modelConfigOf(settings: Settings): ModelConfig | undefined {
  const { modelApiBase, modelChat } = settings;
  if (modelApiBase === undefined || modelChat === undefined) return undefined;
  return {
    base: modelApiBase.replace(/\/+$/, ''),
    key: settings.modelApiKey,
    chat: modelChat,
    embedding: settings.modelEmbedding,
    style: settings.modelStyle,
    timeoutMs: settings.modelTimeoutMs,
    dailyCalls: settings.modelDailyCalls,
    dailyTokens: settings.modelDailyTokens,
    personDailyCalls: settings.modelPersonDailyCalls,
    logDays: settings.modelLogDays,
  };
}
