import { recordChange } from '../../src/kernel/access';
import { insertRows, type Scalar } from '../../src/kernel/database';
import { foldQuestion } from '../../src/replies';
import type { Kit } from '../../src/kernel/kit';

/** Stands nowhere else. */
export const token = 'zq7Token';

/** What needs WeCom, money, a model or a rep to come about, as their own paths leave it. */
export async function plantTheRest(
  kit: Kit,
  openid: string,
  { identityId, personId, accountId }: { identityId: string; personId: string; accountId: string },
): Promise<void> {
  const at = kit.clock.business();
  const whose = { identityId, accountId };
  const rep = { ...whose, userId: 'lily' };
  const said = `我住在${token}路`;
  const id = (name: string) => `${name}${'0'.repeat(26)}`.slice(0, 26);
  const rows: [string, Record<string, Scalar>][] = [
    [
      'contact_profile',
      {
        identityId,
        name: token,
        avatar: token,
        kind: 'wechat',
        company: token,
        position: token,
        fetchedAt: at,
      },
    ],
    [
      'identity_phone',
      { id: id('PH'), identityId, phone: '+8613800000001', heldBy: '', notedBy: token, at },
    ],
    ['identity_field', { identityId, fieldKey: 'city', textValue: token, at }],
    ['follower_match', { identityId, accountId: id('CORP'), pendingId: `wm${token}`, askedAt: at }],
    ['staff_link', { id: id('LINK'), ...rep, state: 'friend', addCount: 1, remark: token }],
    ['sales_link', { linkId: id('LINK'), stage: 'new' }],
    [
      'sales_send',
      {
        id: id('SEND'),
        token: `${token}key`,
        ...rep,
        agentId: '1',
        kind: 'text',
        title: token,
        state: 'sent',
        createdAt: at,
        openCount: 0,
        readSeconds: 0,
      },
    ],
    [
      'sales_task',
      { id: id('TASK'), ...rep, agentId: '1', title: token, state: 'open', createdAt: at },
    ],
    [
      'model_call',
      {
        id: id('CALL'),
        ...whose,
        at,
        day: '2026-11-21',
        purpose: 'answer',
        model: 'm',
        verdict: 'answered',
        sources: '[]',
        prompt: token,
        answer: token,
      },
    ],
    [
      'room_member',
      {
        room: id('ROOM'),
        memberId: openid,
        kind: 'external',
        name: token,
        joinedBy: 'unknown',
        joinedAt: at,
        isIn: 1,
      },
    ],
    [
      'room_episode',
      {
        id: id('RE'),
        room: id('ROOM'),
        accountId,
        memberId: openid,
        kind: 'joined',
        how: 'unknown',
        at,
        isTold: 0,
      },
    ],
    [
      'handover_item',
      {
        handoverId: id('HO'),
        ...whose,
        externalUserId: openid,
        toUserId: 'rose',
        state: 'done',
        asks: 1,
        changedAt: at,
      },
    ],
    [
      'outreach_recipient',
      { outreachId: id('OUT'), ...whose, externalUserId: openid, state: 'queued', changedAt: at },
    ],
    [
      'payout',
      {
        id: id('PAY'),
        promotionId: id('PR'),
        runId: id('RUN'),
        ...whose,
        merchantAccountId: id('MCH'),
        billNo: '1',
        amountFen: 880,
        request: `{"appId":"wxA","openid":"${openid}"}`,
        requestHash: 'h',
        state: 'received',
        moneyPlace: 'paid',
        chinaDay: '20261121',
        tries: 1,
        asks: 0,
        wasUnknown: 0,
        version: 1,
        createdAt: at,
      },
    ],
    [
      'payout_call',
      {
        id: id('PC'),
        payoutId: id('PAY'),
        at,
        kind: 'send',
        phase: 'after',
        state: 'received',
        detail: `to ${openid}`,
      },
    ],
    ['conversation', { ...whose, state: 'closed', since: at, changedAt: at }],
    [
      'conversation_message',
      { id: id('MSG'), identityId, operatorId: id('OP'), clientKey: token, changedAt: at },
    ],
    [
      'send_run',
      {
        id: id('MSG'),
        accountId,
        origin: 'operator',
        channel: 'customer-service',
        title: '',
        message: `{"text":"${token}"}`,
        state: 'finished',
        isOpen: 0,
        outcomes: 1,
        errors: 0,
        createdAt: at,
      },
    ],
    ['delivery', { runId: id('MSG'), ...whose, state: 'sent', tries: 1, dueAt: at }],
    [
      'send_run',
      {
        id: id('CAMP'),
        accountId,
        origin: 'campaign',
        channel: 'template',
        title: '新品',
        message: '{"type":"template"}',
        state: 'running',
        isOpen: 1,
        outcomes: 0,
        errors: 0,
        createdAt: at,
      },
    ],
    ['delivery', { runId: id('CAMP'), ...whose, state: 'queued', tries: 0, dueAt: at }],
    [
      'faq_miss',
      {
        id: id('MISS'),
        folded: foldQuestion(said),
        sample: said,
        askedTimes: 1,
        state: 'open',
        firstAt: at,
        lastAt: at,
      },
    ],
    [
      'faq_asked',
      { missId: id('MISS'), accountId, reason: 'unanswered', askedTimes: 1, lastAt: at },
    ],
    [
      'faq_candidate',
      {
        id: id('CAND'),
        faqId: 'f',
        folded: foldQuestion(said),
        phrasing: said,
        accountId,
        source: 'pick',
        times: 1,
        state: 'open',
        firstAt: at,
        lastAt: at,
      },
    ],
    [
      'faq_origin',
      { id: id('ORI'), faqId: 'f', folded: 'x', source: 'pick', byName: 'op', sentence: said, at },
    ],
    ['failed_event', { eventId: id('FAIL'), accountId, kind: 'text', cause: 'x', failedAt: at }],
    ['crash_suspect', { accountId, dedupeKey: `e:1:${openid}`, crashes: 1, lastAt: at }],
    [
      'idempotent_request',
      {
        actorId: 'a',
        requestKey: 'k',
        requestHash: 'h',
        status: 200,
        body: `{"id":"${personId}","name":"${token}"}`,
        createdAt: at,
      },
    ],
    [
      'job',
      {
        id: id('JOB'),
        kind: 'contact',
        payload: `{"externalUserId":"${openid}","name":"${token}"}`,
        priority: 5,
        state: 'dead',
        dueAt: at,
        tries: 5,
        crashes: 0,
        createdAt: at,
      },
    ],
  ];
  await kit.db.transact(async (tx) => {
    for (const [table, row] of rows) await insertRows(tx, table, [row]);
    await recordChange(
      tx,
      { kind: 'operator', id: 'op', name: 'Op', permissions: new Set(), accountIds: 'all' },
      {
        ...{
          id: id('AUD'),
          at,
          action: 'friend.changed',
          targetKind: 'link',
          targetId: id('LINK'),
        },
        after: { openid, name: token },
      },
    );
  });
}
