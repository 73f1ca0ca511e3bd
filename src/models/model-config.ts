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
