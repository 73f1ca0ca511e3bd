import type { Kit } from '../../kernel/kit';
import type { RuleContent } from './content';
import type { KeptExamples } from './run-examples';

/** Examples of what answers now. May be long: it runs where it blocks nobody. */
export async function loadExamples({ db }: Pick<Kit, 'db'>): Promise<readonly KeptExamples[]> {
  const rows = await db.longRead<{ ruleId: string; content: string }>(
    `SELECT ruleId, content FROM reply_rule_version
     WHERE state = 'live' AND content LIKE '%"examples":[{%' ORDER BY ruleId`,
    [],
  );
  return rows.map(({ ruleId, content }) => {
    const { name, accountId, examples } = JSON.parse(content) as RuleContent;
    return { ruleId, name, accountId, examples };
  });
}
