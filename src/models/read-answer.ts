import { z } from 'zod';
import type { FaqSource } from '../replies';
import type { Completion } from './endpoint';
import type { Style } from './model-config';
import type { NamedSource } from './prompt';
import type { Unusable } from './verdict';
import { flawOf } from './written-text';

export type Read =
  | { readonly verdict: 'chosen'; readonly source: FaqSource }
  | { readonly verdict: 'written'; readonly source: FaqSource; readonly text: string }
  | { readonly verdict: Unusable; readonly source?: FaqSource };

const Answer = z.object({ source: z.string().max(100).nullable(), answer: z.string().nullish() });

/** More than a name and three sentences is no answer to what was asked. */
const longestContent = 8_000;

/**
 * What an answer comes to. It is believed in one thing only, which of the given sources it names; own words are
 * held against that source.
 */
export function readAnswer(
  { content, calledTools }: Pick<Completion, 'content' | 'calledTools'>,
  sources: readonly NamedSource[],
  style: Style,
): Read {
  if (calledTools) return { verdict: 'tool-call' };
  if (content.length > longestContent) return { verdict: 'too-long' };
  const parsed = Answer.safeParse(json(content));
  if (!parsed.success) return { verdict: 'not-json' };
  const { source: ref, answer } = parsed.data;
  if (ref === null) return { verdict: 'refused' };
  const source = sources.find((one) => one.ref === ref)?.source;
  if (!source) return { verdict: 'unknown-source' };
  // An answer that is filled in for the one who asks stays the shop's own.
  if (style === 'choose' || source.isTemplate) return { verdict: 'chosen', source };
  const text = (answer ?? '').trim();
  const flaw = flawOf(text, source);
  return flaw ? { verdict: flaw, source } : { verdict: 'written', source, text };
}

/** One JSON object and nothing else; many models cannot leave out the fence around it. */
function json(content: string): unknown {
  const [, fenced] = /^```(?:json)?\s*\n([\s\S]*?)\n?```$/i.exec(content.trim()) ?? [];
  try {
    return JSON.parse(fenced ?? content) as unknown;
  } catch {
    return undefined;
  }
}
