import type { AccountBook } from '../../accounts';
import {
  WeChatError,
  type ContactDetail,
  type StaffLink,
  type WeComAgent,
  type WeComClient,
} from '../../channels/wecom';
import type { Kit } from '../../kernel/kit';
import type { NewJob } from '../../kernel/work';
import { keepContacts } from './keep-contacts';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'seal' | 'work'>;
type Payload = { accountId: string; externalUserId: string };

const kind = 'fetch-contact';
/** No such relation: just after an event it may not be readable yet. */
export const relationUnknown = 84061;
/** The id is none of this corp's: nothing will ever be read behind it. */
const contactUnknown = 40096;

/** The profile behind an event; asked for by a work row, never while WeCom waits for our answer. */
export function contactJob(
  facts: Payload & { userId: string; at: number; dueAt: number },
): Omit<NewJob, 'id' | 'createdAt'> {
  const { accountId, externalUserId, userId, at, dueAt } = facts;
  return {
    kind,
    // Two apps tell of the same second; what a later one tells is asked for again.
    dedupeKey: `${externalUserId}:${userId}:${at}`,
    accountId,
    priority: 2,
    dueAt,
    payload: { accountId, externalUserId } satisfies Payload,
  };
}

export function registerContactFetch(kit: Part, book: AccountBook, wecom: WeComClient): void {
  kit.work.on(kind, async ({ payload }) => {
    const { accountId, externalUserId } = payload as Payload;
    const agent = book.weComOrThrow(accountId);
    try {
      const detail = await readContact(wecom, agent, externalUserId);
      await kit.db.transact((tx) => keepContacts(kit, tx, accountId, [detail]));
    } catch (error) {
      const errcode = error instanceof WeChatError ? error.errcode : undefined;
      const isUnknown = errcode === relationUnknown || errcode === contactUnknown;
      if (isUnknown && !(await hasFriend(kit, accountId, externalUserId))) return;
      throw error;
    }
  });
}

/**
 * Asks for a contact of whom nothing is kept, so that somebody can be told a name. Says nothing when WeCom does
 * not tell: the work row behind the event asks again.
 */
export async function fetchUnknownContact(
  kit: Part,
  wecom: WeComClient,
  agent: WeComAgent,
  identityId: string,
): Promise<void> {
  const [row] = await kit.db.read.all<{ externalId: string }>(
    `SELECT i.externalId FROM identity i LEFT JOIN contact_profile c ON c.identityId = i.id
     WHERE i.id = ? AND c.identityId IS NULL`,
    [identityId],
  );
  if (!row) return;
  try {
    const detail = await readContact(wecom, agent, row.externalId);
    await kit.db.transact((tx) => keepContacts(kit, tx, agent.id, [detail]));
  } catch (error) {
    if (!(error instanceof WeChatError)) throw error;
  }
}

/** One contact with everybody who follows them. */
export async function readContact(
  wecom: WeComClient,
  agent: WeComAgent,
  externalUserId: string,
): Promise<ContactDetail> {
  const { contact, links, next } = await wecom.getContact(agent, externalUserId);
  const all: StaffLink[] = [...links];
  for (let after = next; after !== undefined;) {
    const page = await wecom.getContact(agent, externalUserId, after);
    all.push(...page.links);
    after = page.next;
  }
  return { contact, links: all };
}

/** A relation that ended meanwhile cannot be read any more, and need not be. */
async function hasFriend(kit: Part, accountId: string, externalUserId: string): Promise<boolean> {
  const [row] = await kit.db.read.all<{ n: number }>(
    `SELECT COUNT(*) AS n FROM staff_link l JOIN identity i ON i.id = l.identityId
     WHERE i.accountId = ? AND i.externalId = ? AND l.state IN ('friend', 'half')`,
    [accountId, externalUserId],
  );
  return (row?.n ?? 0) > 0;
}
