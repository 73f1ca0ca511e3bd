import type { Kit } from '../../kernel/kit';
import type { RuleContent } from './content';
import type { KeptExamples } from './run-examples';

/** Examples of what answers now. May be long: it runs where it blocks nobody. */
export async function loadExamples({ db }: Pick<Kit, 'db'>): Promise<readonly KeptExamples[]> {
  const rows = await db.longRead<{ ruleId: string; content: string }>(
    `SELECT targetId AS ruleId, content FROM answer_version
     WHERE state = 'live' AND kind = 'rule' AND content LIKE '%"examples":[{%' ORDER BY targetId`,
    [],
  );
  return rows.map(({ ruleId, content }) => {
    const { name, accountId, when, examples } = JSON.parse(content) as RuleContent;
    return { ruleId, name, accountId, when, examples };
  });
}
