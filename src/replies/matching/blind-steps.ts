/**
 * How many characters of any kind (`.`, `\d`, `[…]`) a pattern counts off behind something it looked for. Each
 * doubles what the engine's state machine may have to remember: `a.{10}z` has up to 2¹⁰ states, `a.{60}z` a
 * new one for every character of the text. `.*` is one step, and what a pattern begins with is free: it may
 * begin anywhere.
 */
export function blindSteps(source: string): number {
  const reader = { source, at: 0 };
  return alternatives(reader, true);
}

type Reader = { readonly source: string; at: number };

function alternatives(reader: Reader, isOutermost: boolean): number {
  let steps = 0;
  let isFirst = true;
  while (reader.at < reader.source.length && reader.source[reader.at] !== ')') {
    if (reader.source[reader.at] === '|') {
      reader.at += 1;
      isFirst = true;
      continue;
    }
    const isGroup = reader.source[reader.at] === '(';
    const own = isGroup ? group(reader) : atom(reader);
    const most = times(reader);
    if (isGroup || !(isOutermost && isFirst)) steps += own * most;
    isFirst = false;
  }
  return steps;
}

function group(reader: Reader): number {
  const [opening = '('] = /^\((?:\?(?:P?<\w+>|[a-zA-Z-]*:?))?/.exec(rest(reader)) ?? [];
  reader.at += opening.length;
  const steps = alternatives(reader, false);
  reader.at += 1;
  return steps;
}

const classOf = /^\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]/;
const escapeOf = /^\\(?:[pP](?:\{[^}]*\}|[\s\S])|x\{[^}]*\}|Q[\s\S]*?(?:\\E|$)|[\s\S])/;

/** One for what stands for many characters, none for a letter or a place. */
function atom(reader: Reader): number {
  const here = rest(reader);
  const [found = here.slice(0, 1)] = classOf.exec(here) ?? escapeOf.exec(here) ?? [];
  reader.at += found.length;
  return found === '.' || found.startsWith('[') || /^\\[dDwWsSpP]/.test(found) ? 1 : 0;
}

function times(reader: Reader): number {
  const [written, fewest, most] = /^(?:\{(\d+)(?:,(\d*))?\}|[*+?])\??/.exec(rest(reader)) ?? [''];
  reader.at += written.length;
  return Number(most ? most : (fewest ?? 1));
}

const rest = ({ source, at }: Reader): string => source.slice(at);
