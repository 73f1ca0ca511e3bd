import { exactText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';
import { msText } from '../parts/figures';
import type { BackstageEvent } from '../view';
import { decidingAttempt, tellOutcome } from './tell-outcome';

const fenced = (text: string): string => `\`\`\`xml\n${text.trim()}\n\`\`\``;

/** Everything an engineer asks for, as Markdown for any tracker. Sandbox data only, so nothing needs masking. */
export function writeIssue(event: BackstageEvent): string {
  const outcome = tellOutcome(event);
  const attempt = decidingAttempt(event);
  const attempts = event.attempts.map((one) => {
    const status = one.status ?? t('back.noAnswer');
    return `- ${one.number}: ${exactText(one.at)}, ${status}, ${msText(one.ms)} ms, ${one.verdict} ${one.reason}`.trimEnd();
  });
  const trace = event.attempts.find((one) => one.trace)?.trace;
  return [
    `# ${t('issue.title', { kind: event.kind })}`,
    '',
    `- ${t('issue.when')}: ${exactText(event.at)}`,
    `- ${t('issue.account')}: ${event.appId} (${event.mode})`,
    `- ${t('issue.event')}: ${event.id}`,
    `- ${t('issue.outcome')}: ${outcome.title} ${outcome.detail}`.trimEnd(),
    '',
    `## ${t('issue.expected')}`,
    '',
    '…',
    '',
    `## ${t('issue.callback')}`,
    '',
    `${event.method} ${event.address}`,
    '',
    fenced(event.plain),
    '',
    `## ${t('issue.answer')}`,
    '',
    fenced(attempt?.replyPlain || attempt?.replyRaw || t('back.noAnswer')),
    '',
    `## ${t('issue.attempts')}`,
    '',
    ...attempts,
    ...(trace ? ['', `## ${t('issue.trace')}`, '', '```json', JSON.stringify(trace), '```'] : []),
    '',
  ].join('\n');
}
