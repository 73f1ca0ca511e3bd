export type Style = 'choose' | 'write';
export interface Used {
  calls: number;
  tokens: number;
}
export interface ModelAccount {
  id: string;
  name: string;
  isOn: boolean;
  /** Null: as the installation's settings say. */
  style: Style | null;
  /** Null: only the installation's own limit. */
  dailyCalls: number | null;
  today: Used;
}
export interface Endpoint {
  host: string;
  chat: string;
  embedding: string | null;
  style: Style;
  timeoutMs: number;
  dailyCalls: number;
  dailyTokens: number;
  logDays: number;
  breaker: { state: 'closed' | 'open' | 'half-open'; until: string | null };
  vectors: { made: number; wanted: number } | null;
  today: Used;
}
/** What writes voices down where an operator asks for it. */
export interface SpeechEndpoint {
  host: string;
  model: string;
  timeoutMs: number;
  state: 'closed' | 'open' | 'half-open';
}
export interface ModelsState {
  endpoint: Endpoint | null;
  speech: SpeechEndpoint | null;
  logDays: number;
  accounts: ModelAccount[];
}
export interface ModelCall {
  id: string;
  at: string;
  accountId: string | null;
  purpose: 'answer' | 'try' | 'question' | 'phrasings' | 'voice';
  model: string;
  verdict: string;
  why: string;
  question: string;
  faq: { id: string; question: string | null } | null;
  personId: string | null;
  ms: number | null;
  promptTokens: number | null;
  answerTokens: number | null;
}
export interface WholeCall extends ModelCall {
  prompt: string;
  answer: string | null;
  sources: { id: string; question: string | null }[];
}

/** Good: said or done; plain: an honest refusal; the rest was of no use. */
export function toneOf({ verdict }: ModelCall): 'good' | 'hollow' | 'warn' {
  if (['chosen', 'written', 'made'].includes(verdict)) return 'good';
  return verdict === 'refused' ? 'hollow' : 'warn';
}

/** What the bench is told of a model. */
export interface ModelHelp {
  wouldAsk: boolean;
  style: Style;
  sources: { id: string; question: string }[];
  asked: { verdict: string; why: string; faqId: string | null; text: string | null } | null;
}
