import { playConversations } from './play-conversations';
import { tryTemplates, type Templates } from './read-templates';
import type { TemplateProblem } from './read-yaml';
import { warningsOf } from './warn-templates';

export type TemplateCheck = {
  readonly problems: readonly TemplateProblem[];
  /** Fine to import, but not what its author thinks. */
  readonly warnings: readonly TemplateProblem[];
  readonly rules: number;
  readonly faqs: number;
  readonly messages: number;
  readonly menuEntries: number;
  readonly conversations: number;
  readonly steps: number;
};

/** Reads a folder: every problem with file, line and column. Needs no database. */
export async function checkTemplates(folder: string): Promise<TemplateCheck> {
  const { templates, problems } = await tryTemplates(folder);
  return resultOf(templates, [...problems, ...strangersIn(templates, problems)]);
}

/** As `checkTemplates`, and plays the conversations against what the folder says. */
export async function testTemplates(folder: string, zone: string): Promise<TemplateCheck> {
  const { templates, problems } = await tryTemplates(folder);
  const all = [...problems, ...strangersIn(templates, problems)];
  return resultOf(templates, all.length > 0 ? all : playConversations(templates, zone));
}

function resultOf(templates: Templates, problems: TemplateProblem[]): TemplateCheck {
  const { rules, faqs, messages, menu, conversations } = templates;
  return {
    problems,
    warnings: problems.length > 0 ? [] : warningsOf(templates),
    rules: rules.length,
    faqs: faqs.length,
    messages: messages.length,
    menuEntries: menu?.length ?? 0,
    conversations: conversations.length,
    steps: conversations.reduce((sum, { steps }) => sum + steps.length, 0),
  };
}

/** Rules and questions that a conversation names and the folder does not have. */
function strangersIn(
  templates: Templates,
  problems: readonly TemplateProblem[],
): TemplateProblem[] {
  if (problems.length > 0) return [];
  const isHere = (name: string) => templates.places.has(name);
  return templates.conversations.flatMap(({ steps, places }) =>
    steps.flatMap(({ expect }, index) => {
      const named = [
        ...(expect?.rule === undefined ? [] : [`rule ${expect.rule}`]),
        ...[expect?.faq, ...(expect?.choices ?? [])].flatMap((id) =>
          id === undefined ? [] : [`faq ${id}`],
        ),
      ];
      const place = places[index];
      return named
        .filter((name) => !isHere(name))
        .flatMap((name) =>
          place ? [{ ...place, code: 'not_here', message: `there is no ${name} here` }] : [],
        );
    }),
  );
}
