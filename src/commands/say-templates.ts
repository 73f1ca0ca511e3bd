import type { ImportedTemplates, TemplateChange } from '../replies';

const marks: Readonly<Record<TemplateChange['state'], string>> = {
  added: '+',
  changed: '~',
  same: ' ',
  'edited-here': '!',
  'removed-here': '!',
  'only-here': '=',
};

const notes: Partial<Record<TemplateChange['state'], string>> = {
  'edited-here': 'changed in the console, kept',
  'removed-here': 'deleted in the console, stays deleted',
  'only-here': 'only here',
};

const longest = 60;
const shown = (value: unknown): string => {
  const text = JSON.stringify(value ?? null);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
};

/** A line for everything that differs, and one for each field of it. */
export function sayChanges(changes: readonly TemplateChange[]): string[] {
  return changes
    .filter(({ state }) => state !== 'same')
    .flatMap(({ kind, key, name, state, fields }) => {
      const note = notes[state];
      const named = kind === key ? key : `${kind} ${key} (${name})`;
      return [
        `${marks[state]} ${named}${note === undefined ? '' : `: ${note}`}`,
        ...fields.map(({ field, here, file }) => `    ${field}: ${shown(here)} → ${shown(file)}`),
      ];
    });
}

/** What an import did or would do, in numbers, and what it leaves as operators have it. */
export function sayCounts(counts: ImportedTemplates, tense: 'did' | 'would'): string[] {
  const parts = [
    ['rules', counts.rules],
    ['questions', counts.faqs],
    ['welcome and default', counts.settings],
  ] as const;
  const lines = parts.map(
    ([name, { added, changed, same, kept, onlyHere }]) =>
      `${name}: ${added} added, ${changed} changed, ${same} the same, ${kept} kept, ${onlyHere} only here`,
  );
  const kept = counts.kept.map(
    ({ kind, key, name, state }) =>
      `kept: ${kind} ${key} (${name}), ${state === 'edited-here' ? 'changed' : 'deleted'} in the console; --overwrite takes the file's`,
  );
  return [tense === 'would' ? 'an import would do this:' : 'imported:', ...lines, ...kept];
}
