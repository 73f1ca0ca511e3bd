import { partsOf, type Answer } from '../answers/answer';
import { isFaqTemplate, isSaidAsWritten } from '../answers/faq-template';
import { unknownNamesIn } from '../answers/template-text';
import { buildFaqIndex, faqHealth, type FaqWarning } from '../faq';
import { findConflicts } from '../matching';
import { keysOfMenu } from './menu-file.schema';
import type { Templates } from './read-templates';
import type { Place, TemplateProblem } from './read-yaml';

/** What may be imported but will not do what its author thinks. */
export function warningsOf(templates: Templates): TemplateProblem[] {
  return [
    ...conflicts(templates),
    ...mixedPhrasings(templates),
    ...deadMenuKeys(templates),
    ...unfilled(templates),
  ];
}

const at = ({ places }: Templates, name: string): Place =>
  places.get(name) ?? { file: '', line: 1, column: 1 };

/** Names nobody fills in, and FAQ answers of which followers would read the signs of a template. */
function unfilled(templates: Templates): TemplateProblem[] {
  const { welcome, default: fallback, rules, faqs } = templates;
  const texts = (name: string, answer: Answer) =>
    partsOf(answer).flatMap(({ one }) => (one.type === 'text' ? [{ name, text: one.text }] : []));
  const written = [
    ...(welcome ? texts('welcome', welcome) : []),
    ...(fallback ? texts('default', fallback) : []),
    ...rules.flatMap(({ key, answer }) => texts(`rule ${key}`, answer)),
    ...faqs
      .filter(({ answer }) => isFaqTemplate(answer))
      .map(({ id, answer }) => ({ name: `faq ${id}`, text: answer })),
  ];
  const unknown = written.flatMap(({ name, text }) =>
    unknownNamesIn(text).map((variable) => ({
      ...at(templates, name),
      code: 'variable_unknown',
      message: `${name} names ${variable}, which nobody fills in: there are ${filledIn}`,
    })),
  );
  const asWritten = faqs
    .filter(({ answer }) => isSaidAsWritten(answer))
    .map(({ id }) => ({
      ...at(templates, `faq ${id}`),
      code: 'said_as_written',
      message: `faq ${id} looks like a template and is said as it is written: it names none of ${filledIn}`,
    }));
  return [...unknown, ...asWritten];
}

const filledIn = 'person.name, person.tags, account.name, scene.name, now';

function conflicts(templates: Templates): TemplateProblem[] {
  const rules = templates.rules.map((rule, place) => ({
    ...rule,
    id: rule.key,
    accountId: null,
    publishedAt: place,
  }));
  return findConflicts(rules).map(({ ruleId, kind, keyword, winnerId }) => ({
    ...at(templates, `rule ${ruleId}`),
    code: kind,
    message:
      kind === 'shadowed'
        ? `rule ${ruleId} never answers: ${winnerId} wins wherever it applies (${keyword})`
        : `rule ${ruleId} does not answer ${JSON.stringify(keyword)}: ${winnerId} does`,
  }));
}

function mixedPhrasings(templates: Templates): TemplateProblem[] {
  if (templates.faqs.length === 0) return [];
  return faqHealth(buildFaqIndex(templates.faqs)).warnings.flatMap((warning) => {
    const said = sayWarning(warning);
    return said
      ? [{ ...at(templates, `faq ${said.id}`), code: warning.code, message: said.message }]
      : [];
  });
}

/** Which phrasing stands how near another question is for the learning queue to say, not for a file. */
function sayWarning(warning: FaqWarning): { id: string; message: string } | undefined {
  switch (warning.code) {
    case 'few-phrasings':
    case 'phrasing-finds-other-faq':
      return undefined;
    case 'shared-phrasing': {
      const { phrasing, faqIds } = warning;
      const message = `${JSON.stringify(phrasing)} belongs to ${faqIds.join(', ')}`;
      return { id: faqIds[0] ?? '', message };
    }
    case 'nothing-to-ask':
      return { id: warning.faqId, message: `faq ${warning.faqId} has no words to ask` };
  }
}

/** A tap that only we can answer, and no rule that does. */
function deadMenuKeys(templates: Templates): TemplateProblem[] {
  const answered = new Set(
    templates.rules.filter(({ match }) => match === 'event').flatMap(({ keywords }) => keywords),
  );
  return keysOfMenu(templates.menu ?? [])
    .filter(({ key }) => !answered.has(`CLICK:${key}`) && !answered.has('CLICK'))
    .map(({ key }) => ({
      ...at(templates, 'menu'),
      code: 'menu_key_unanswered',
      message: `no rule answers the menu key ${key}: it would have the keyword CLICK:${key}`,
    }));
}
