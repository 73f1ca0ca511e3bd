/** What a person or a token may do. The list is closed; every API route names one of these. */
export const permissions = [
  'overview.read',
  'people.read',
  'people.edit',
  /** Deleting what is known of a person for ever, and taking it along as a file. */
  'people.erase',
  'replies.read',
  'replies.edit',
  'replies.publish',
  'segments.read',
  'segments.edit',
  'campaigns.read',
  'campaigns.edit',
  'campaigns.send',
  'promotions.read',
  'promotions.edit',
  'promotions.pay',
  'accounts.read',
  'accounts.edit',
  'operators.read',
  'operators.edit',
  'audit.read',
  'work.read',
  'work.replay',
  'tokens.edit',
  'sales.read',
  'sales.edit',
  'conversations.read',
  'conversations.reply',
] as const;
export type Permission = (typeof permissions)[number];

/** Routes without a signed-in actor say so outright; those of `rep` are for sales reps in the sidebar and nobody else. */
export type Access = Permission | 'public' | 'signed-in' | 'rep';

export const roles = ['owner', 'operator', 'reviewer', 'analyst', 'rep'] as const;
export type Role = (typeof roles)[number];

const reading = permissions.filter((permission) => permission.endsWith('.read'));

export const permissionsOf: Readonly<Record<Role, readonly Permission[]>> = {
  owner: permissions,
  operator: [
    ...reading.filter((permission) => permission !== 'operators.read'),
    'people.edit',
    'replies.edit',
    // While the setting `repliesReview` is `optional`; the sign-in takes it away otherwise.
    'replies.publish',
    'segments.edit',
    'campaigns.edit',
    'campaigns.send',
    'promotions.edit',
    'work.replay',
    'sales.edit',
    'conversations.reply',
  ],
  reviewer: [...reading, 'replies.edit', 'replies.publish', 'campaigns.send', 'promotions.pay'],
  analyst: [
    'overview.read',
    'people.read',
    'replies.read',
    'segments.read',
    'campaigns.read',
    'promotions.read',
    'sales.read',
    'conversations.read',
  ],
  rep: [],
};

/** A sales rep as WeCom knows them: which corp, which member, signed in by which of its apps. */
export type Rep = {
  readonly accountId: string;
  readonly userId: string;
  readonly agentId: string;
};

export type Actor = {
  kind: 'operator' | 'token' | 'system' | 'rep';
  id: string;
  name: string;
  permissions: ReadonlySet<Permission>;
  /** Ids of the accounts whose facts this actor may see. */
  accountIds: 'all' | readonly string[];
  /** Set for kind `rep` only. */
  rep?: Rep;
};
