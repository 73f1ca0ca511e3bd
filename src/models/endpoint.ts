import { z } from 'zod';
import { HttpFailure } from '../kernel/http-client';
import type { Kit } from '../kernel/kit';
import type { ModelConfig, SpeechConfig } from './model-config';
import type { Unusable } from './verdict';

export type ChatMessage = { role: 'system' | 'user'; content: string };
export type Tokens = { prompt: number | null; answer: number | null };
export type Completion = { content: string; calledTools: boolean; tokens: Tokens };

/** The endpoint gave nothing that can be read; `body` is what came, if anything did. */
export class EndpointFailure extends Error {
  constructor(
    readonly verdict: Unusable,
    readonly body: string | null = null,
  ) {
    super(`model endpoint: ${verdict}`);
    this.name = 'EndpointFailure';
  }
}

/** What was refused costs nothing; of what broke off nobody knows, and it counts as much as it may have cost. */
export const tokensOfFailure = (verdict: Unusable): Tokens =>
  verdict === 'connect' || verdict === 'http-error'
    ? { prompt: 0, answer: 0 }
    : { prompt: null, answer: null };

/** An honest answer is a sentence or two; the vectors of one batch are larger. */
const mostChatBytes = 128 * 1_024;
const mostVectorBytes = 8 * 1_024 * 1_024;
export const mostAnswerTokens = 400;

const tokens = z.number().int().min(0).max(100_000_000).nullish();
const usage = z.object({ prompt_tokens: tokens, completion_tokens: tokens }).nullish();
const ChatAnswer = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.string().nullish(),
          tool_calls: z.array(z.unknown()).nullish(),
          function_call: z.unknown().nullish(),
        }),
      }),
    )
    .min(1),
  usage,
});
const VectorAnswer = z.object({
  data: z.array(z.object({ index: z.number().int().min(0), embedding: z.array(z.number()) })),
  usage,
});

type Part = Pick<Kit, 'http'>;

/** One answer to these messages. Throws `EndpointFailure`. */
export async function chat(
  kit: Part,
  config: ModelConfig,
  messages: readonly ChatMessage[],
  timeoutMs: number,
): Promise<Completion> {
  const body = jsonBody({
    ...{ model: config.chat, messages, temperature: 0, max_tokens: mostAnswerTokens },
  });
  const { text, read } = await post(kit, config, '/chat/completions', body, {
    timeoutMs,
    maxBytes: mostChatBytes,
  });
  const parsed = ChatAnswer.safeParse(read);
  const message = parsed.success ? parsed.data.choices[0]?.message : undefined;
  if (!parsed.success || !message) throw new EndpointFailure('not-a-completion', text);
  const called = (message.tool_calls?.length ?? 0) > 0 || (message.function_call ?? null) !== null;
  return {
    content: message.content ?? '',
    calledTools: called,
    tokens: tokensOf(parsed.data.usage),
  };
}

/** The vectors of these texts, in their order, each of length one. Throws `EndpointFailure`. */
export async function embed(
  kit: Part,
  config: ModelConfig,
  texts: readonly string[],
  timeoutMs: number,
): Promise<{ vectors: Float32Array[]; tokens: Tokens }> {
  const body = jsonBody({ model: config.embedding, input: texts });
  const { text, read } = await post(kit, config, '/embeddings', body, {
    timeoutMs,
    maxBytes: mostVectorBytes,
  });
  const parsed = VectorAnswer.safeParse(read);
  if (!parsed.success) throw new EndpointFailure('not-a-completion', text);
  const byPlace = new Map(parsed.data.data.map((one) => [one.index, unit(one.embedding)]));
  const vectors = texts.flatMap((_, index) => byPlace.get(index) ?? []);
  const isWhole = vectors.length === texts.length && vectors.every((one) => isUsable(one, vectors));
  if (!isWhole) throw new EndpointFailure('not-a-completion', text);
  return { vectors, tokens: tokensOf(parsed.data.usage) };
}

/** The words of a recording. Throws `EndpointFailure`. */
export async function transcribe(
  kit: Part & Pick<Kit, 'newId'>,
  config: SpeechConfig,
  file: { fileName: string; contentType: string; content: Buffer },
): Promise<{ text: string; tokens: Tokens }> {
  const body = formBody(kit.newId(), { model: config.model, response_format: 'json' }, file);
  const { text, read } = await post(kit, config, '/audio/transcriptions', body, {
    timeoutMs: config.timeoutMs,
    maxBytes: mostChatBytes,
  });
  const parsed = z.object({ text: z.string() }).safeParse(read);
  if (!parsed.success) throw new EndpointFailure('not-a-completion', text);
  return { text: parsed.data.text, tokens: { prompt: 0, answer: 0 } };
}

/** What a column holds; no model in use is longer. */
const mostDimensions = 8_192;
const isUsable = (vector: Float32Array, all: readonly Float32Array[]): boolean =>
  vector.length > 0 && vector.length <= mostDimensions && vector.length === all[0]?.length;

function unit(values: readonly number[]): Float32Array {
  const length = Math.hypot(...values.slice(0, mostDimensions));
  return Float32Array.from(values, (value) => (length > 0 ? value / length : 0));
}

const tokensOf = (used: z.output<typeof usage>): Tokens => ({
  prompt: used?.prompt_tokens ?? null,
  answer: used?.completion_tokens ?? null,
});

type Body = { type: string; content: string | Buffer };
const jsonBody = (content: object): Body => ({
  type: 'application/json',
  content: JSON.stringify(content),
});

function formBody(
  boundary: string,
  fields: Readonly<Record<string, string>>,
  file: { fileName: string; contentType: string; content: Buffer },
): Body {
  const part = (head: string) => `--${boundary}\r\ncontent-disposition: form-data; ${head}`;
  const texts = Object.entries(fields).map(
    ([name, value]) => `${part(`name="${name}"`)}\r\n\r\n${value}\r\n`,
  );
  const head = `${part(`name="file"; filename="${file.fileName}"`)}\r\ncontent-type: ${file.contentType}\r\n\r\n`;
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    content: Buffer.concat([
      Buffer.from(texts.join('') + head),
      file.content,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  };
}

async function post(
  kit: Part,
  { base, key }: Pick<ModelConfig, 'base' | 'key'>,
  path: string,
  body: Body,
  limits: { timeoutMs: number; maxBytes: number },
): Promise<{ text: string; read: unknown }> {
  const answer = await kit.http
    .request({
      method: 'POST',
      url: base + path,
      headers: {
        'content-type': body.type,
        accept: 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: body.content,
      ...limits,
    })
    .catch((error: unknown) => {
      throw error instanceof HttpFailure ? new EndpointFailure(error.reason) : error;
    });
  const text = answer.body.toString('utf8');
  if (answer.status !== 200) throw new EndpointFailure('http-error', `${answer.status} ${text}`);
  try {
    return { text, read: JSON.parse(text) as unknown };
  } catch {
    throw new EndpointFailure('not-a-completion', text);
  }
}
