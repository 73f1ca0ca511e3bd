import { createHash } from 'node:crypto';
import type { Kit } from '../kernel/kit';
import { Breaker } from './breaker';
import { BudgetSpent } from './budget';
import { beginCall, endCall, type OpenCall } from './call-log';
import { EndpointFailure, tokensOfFailure, transcribe } from './endpoint';
import { speechConfigOf, type SpeechConfig } from './model-config';
import type { Models } from './open-models';
import type { Unusable } from './verdict';

/** One voice of a conversation, as it lies in the data directory. */
export type Voice = {
  readonly accountId: string;
  readonly identityId: string;
  readonly entryId: string;
  readonly contentType: string;
  readonly content: Buffer;
};

/** What was heard; or why not, and what the endpoint said to that, if anything. */
export type Heard =
  | { readonly text: string; readonly model: string }
  | { readonly verdict: Unusable | `unasked-${string}`; readonly said: string | null };

/** As many as an endpoint on one machine takes without falling behind. */
const mostAtOnce = 4;
const longestText = 4_000;
const endings: Readonly<Record<string, string>> = {
  'audio/amr': 'amr',
  'audio/mp3': 'mp3',
  'audio/mpeg': 'mp3',
  'audio/silk': 'silk',
};

/** Voices written down where an operator asks for it. Without a speech endpoint nothing of this runs. */
export class Speech {
  readonly config: SpeechConfig | undefined;
  readonly breaker = new Breaker();
  private atOnce = 0;

  constructor(
    private readonly kit: Kit,
    private readonly models: Pick<Models, 'settingOf'>,
  ) {
    this.config = speechConfigOf(kit.settings);
  }

  async hear(voice: Voice): Promise<Heard> {
    const { config, kit, breaker } = this;
    if (!config || !breaker.allows(kit.clock.system())) return unasked('resting');
    if (this.atOnce >= mostAtOnce) return unasked('busy');
    this.atOnce += 1;
    try {
      return await this.ask(config, voice);
    } catch (error) {
      if (error instanceof BudgetSpent) return unasked(error.whose);
      throw error;
    } finally {
      this.atOnce -= 1;
    }
  }

  private async ask(config: SpeechConfig, voice: Voice): Promise<Heard> {
    const { kit, breaker } = this;
    if (!breaker.enter(kit.clock.system())) return unasked('resting');
    const fileName = `voice.${endings[voice.contentType] ?? 'spx'}`;
    const call = await this.begin(config, voice, fileName).catch((error: unknown) => {
      breaker.left();
      throw error;
    });
    try {
      const came = await transcribe(kit, config, { ...voice, fileName });
      const text = came.text.replace(/[^\P{C}\n]/gu, '').trim();
      if (text === '') throw new EndpointFailure('empty', came.text);
      breaker.succeeded();
      await endCall(kit, call, { verdict: 'made', answer: text, tokens: came.tokens });
      return { text: text.slice(0, longestText), model: config.model };
    } catch (error) {
      return this.failed(call, error);
    }
  }

  /** The log tells which bytes left, not what they sound like. */
  private begin(config: SpeechConfig, voice: Voice, fileName: string): Promise<OpenCall> {
    const { accountId, identityId, entryId, contentType, content } = voice;
    const hash = createHash('sha256').update(content).digest('hex');
    const sent = `${fileName} · ${contentType} · ${content.length} B · sha256 ${hash} · ${entryId}`;
    const { dailyCalls, dailyTokens } = config;
    const accountCalls = this.models.settingOf(accountId).dailyCalls;
    return beginCall(
      this.kit,
      {
        ...{ accountId, identityId, purpose: 'voice', model: config.model },
        ...{ prompt: [sent], sources: [], tokens: 0 },
      },
      { dailyCalls, dailyTokens, accountCalls, personCalls: Number.POSITIVE_INFINITY },
    );
  }

  /** A refusal of this one voice, or a silent one, says nothing against the endpoint. */
  private async failed(call: OpenCall, error: unknown): Promise<Heard> {
    const { kit, breaker } = this;
    if (!(error instanceof EndpointFailure)) {
      breaker.left();
      throw error;
    }
    const { verdict, body } = error;
    const isItsOwn =
      verdict === 'empty' || (verdict === 'http-error' && /^4(00|13|15|22) /.test(body ?? ''));
    if (isItsOwn) breaker.succeeded();
    else breaker.failed(kit.clock.system());
    await endCall(kit, call, { verdict, answer: body, tokens: tokensOfFailure(verdict) });
    return { verdict, said: verdict === 'http-error' ? wordsOf(body ?? '') : null };
  }
}

const unasked = (why: string): Heard => ({ verdict: `unasked-${why}`, said: null });

/** The sentence in an error of OpenAI's kind, or what there is of another. */
function wordsOf(body: string): string {
  const said = /"(?:message|detail)"\s*:\s*"((?:[^"\\]|\\.){1,400})/.exec(body)?.[1];
  return (said ?? body).replace(/\\./g, ' ').replace(/\p{C}/gu, ' ').slice(0, 300);
}
