import type { Scalar } from '../kernel/database';
import { compileRule, type Judging, type Sql } from './compile-rule';
import type { Rule } from './rule';

/** Whose identities count: one account for sending, several for an operator who may not see all. */
export type Scope = {
  readonly accountId?: string;
  readonly accountIds?: 'all' | readonly string[];
  /** Followers alone unless said otherwise; a corp's customers may never have followed anything. */
  readonly kinds?: 'followers' | 'any';
};

/** The rule as a condition on `identity i`, limited to identities inside the scope. */
export function membersWhere(rule: Rule, judging: Judging, scope: Scope = {}): Sql {
  const kinds = scope.kinds === 'any' ? `IN ('follower', 'external-contact')` : `= 'follower'`;
  const parts: Sql[] = [{ text: `i.kind ${kinds}`, params: [] }];
  if (scope.accountId !== undefined)
    parts.push({ text: 'i.accountId = ?', params: [scope.accountId] });
  if (scope.accountIds !== undefined && scope.accountIds !== 'all') {
    const ids = scope.accountIds;
    parts.push(
      ids.length === 0
        ? { text: '1 = 0', params: [] }
        : { text: `i.accountId IN (${ids.map(() => '?').join(', ')})`, params: ids },
    );
  }
  parts.push(compileRule(rule, judging));
  return {
    text: parts.map((part) => part.text).join(' AND '),
    params: parts.flatMap((part) => part.params),
  };
}

/**
 * The ids of a segment's identities, as a query for `INSERT … SELECT` or `IN (…)`: what a campaign's
 * audience is frozen from. Column: `identityId`.
 */
export function membersSql(
  rule: Rule,
  judging: Judging,
  scope: Scope = {},
): { sql: string; params: Scalar[] } {
  const { text, params } = membersWhere(rule, judging, scope);
  return { sql: `SELECT i.id AS identityId FROM identity i WHERE ${text}`, params: [...params] };
}
