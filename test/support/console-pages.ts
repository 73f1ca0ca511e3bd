import { RewrittenBooks } from './rewritten-books';
import { eventually, type BuiltServer } from './browser';
import { newKey } from './json-client';

type Made = { id: string };
type Listed<Item> = { items: Item[]; total?: number };

export const script = '<img src=x onerror=alert(1)>';
const crowdOfFaces = '👩🏽‍🔬🐙🇨🇳 ‏مرحبا 𠮷野家';
const long = '非常非常长的名字'.repeat(25);

/** What is shown as text: hostile, foreign, or far too long. */
const names = [script, crowdOfFaces, long.slice(0, 64)] as const;

/** Things of every kind, so that no page of one thing is empty; all named by `names`. */
export async function furnish({ api, sandbox }: BuiltServer): Promise<Record<string, string>> {
  const { items: accounts } = await api<Listed<Made & { platformId: string; kind: string }>>(
    'GET',
    '/accounts',
  );
  const [account] = accounts;
  const appId = account?.platformId ?? '';
  const { items } = await api<Listed<Made>>('GET', '/people?state=following&limit=3');
  for (const [place, one] of items.entries()) {
    await api('PATCH', `/people/${one.id}`, { remark: names[place] });
    await api('PUT', `/people/${one.id}/tags`, { add: [names[place]?.slice(0, 16)], remove: [] });
    await api('POST', `/people/${one.id}/notes`, { text: place === 2 ? long : names[place] });
  }
  const { openid } = await sandbox<{ openid: string }>('POST', '/people', { name: script });
  await sandbox('POST', `/people/${openid}/follow`, { scene: 'shop_jingan' });
  await sandbox('POST', `/people/${openid}/say`, { text: script });
  await sandbox('POST', `/people/${openid}/say`, { text: long });
  const [talker] = (await api<Listed<Made>>('GET', `/people?openid=${openid}`)).items;
  const rule = await api<Made>('POST', '/reply-rules', {
    name: script,
    match: 'words',
    keywords: [script, '😀'],
    answer: { type: 'text', text: `${script}\n${long}` },
    publish: true,
  });
  const faq = await api<Made>('POST', '/faqs', {
    question: long,
    similar: [script, crowdOfFaces],
    answer: script,
  });
  const everybody = { all: [{ field: 'state', op: 'is', value: ['following'] }] };
  const segment = await api<Made>('POST', '/segments', { name: script, rule: everybody });
  const few = await api<Made>('POST', '/segments', {
    name: names[2],
    rule: { all: [{ field: 'tag', op: 'has-any', value: [script.slice(0, 16)] }] },
  });
  const [template] = (
    await api<Listed<{ templateId: string }>>('GET', `/wechat-templates?appId=${appId}`)
  ).items;
  const campaign = {
    segmentId: segment.id,
    appId,
    message: {
      type: 'template',
      templateId: template?.templateId,
      data: {
        name1: "{{ person.name | default: '会员' | truncate: 8, '' }}",
        number2: '300',
        date3: '2026年12月31日',
        thing4: '<script>a()</script>',
      },
    },
    schedule: { cron: '0 10 * * *', zone: 'Asia/Shanghai', missed: 'once' },
  };
  const draft = await api<Made>('POST', '/campaigns', { ...campaign, name: crowdOfFaces });
  const sent = await api<Made>('POST', '/campaigns', { ...campaign, name: script });
  await api('POST', `/campaigns/${sent.id}/start`);
  await api('POST', `/campaigns/${sent.id}/run-now`);
  const merchant = accounts.find((one) => one.kind === 'merchant');
  const promotion = {
    segmentId: few.id,
    appId,
    mchId: merchant?.platformId,
    amount: { fixedFen: 188 },
    budgetFen: 1_000,
    wish: script,
    acknowledgement: true,
  };
  const planned = await api<Made>('POST', '/promotions', { ...promotion, name: names[2] });
  const paid = await api<Made>('POST', '/promotions', { ...promotion, name: script });
  await api('POST', `/promotions/${paid.id}/start`, undefined, newKey());
  await eventually(
    'campaign and promotion are done',
    async () => {
      const one = await api<{ runs: { state: string }[] }>('GET', `/campaigns/${sent.id}`);
      const two = await api<Listed<{ state: string }>>('GET', `/promotions/${paid.id}/ledger`);
      return one.runs[0]?.state === 'finished' && two.items.some((row) => row.state === 'sent');
    },
    60_000,
  );
  const { followers } = await api<{ followers: { identityId: string }[] }>(
    'GET',
    `/people/${talker?.id ?? ''}`,
  );
  const [way] = (await api<Listed<Made>>('GET', '/contact-ways')).items;
  const corp = accounts.find(({ kind }) => kind === 'wecom')?.id ?? '';
  const [rep] = (await api<Listed<Made>>('GET', `/accounts/${corp}/reps`)).items;
  return {
    way: way?.id ?? '',
    talk: followers[0]?.identityId ?? '',
    account: account?.id ?? '',
    corp,
    rep: rep?.id ?? '',
    merchant: merchant?.id ?? '',
    person: talker?.id ?? '',
    named: items[0]?.id ?? '',
    rule: rule.id,
    faq: faq.id,
    segment: segment.id,
    few: few.id,
    draft: draft.id,
    sent: sent.id,
    planned: planned.id,
    paid: paid.id,
  };
}

/** What it takes weeks, a corp or a model to come by, written into the books of a server that is down. */
export function furnishBooks(books: RewrittenBooks): Record<string, string> {
  const at = Number(books.one('SELECT MAX(at) AS at FROM timeline_entry')['at']);
  const corp = books.one(`SELECT id AS accountId FROM account WHERE kind = 'wecom'`);
  const rep = books.one('SELECT userId FROM staff');
  const customers = books.rows(
    `SELECT id AS identityId, externalId FROM identity WHERE kind = 'external-contact' LIMIT 5`,
  );
  const [customer] = customers;
  const faq = books.one('SELECT id AS faqId FROM faq');
  const follower = books.one(`SELECT accountId FROM identity WHERE kind = 'follower'`);
  const id = {
    ...{ room: books.newId(), handover: books.newId(), outreach: books.newId() },
    ...{ roomCode: books.newId(), greeting: books.newId() },
  };
  const group = { ...corp, roomId: 'wr1', ownerId: rep['userId'] ?? '', state: 'normal' };
  books.add('room', [
    {
      ...group,
      id: id.room,
      name: '新品群',
      notice: '周五上新',
      createdAt: at,
      readAt: at,
      members: 2,
    },
  ]);
  books.add('room_code', [
    {
      ...{ ...corp, id: id.roomCode, name: '新品群的码', state: 'rc1', configId: 'c1' },
      ...{ roomIds: '["wr1"]', behind: '[]', grown: '[]' },
    },
  ]);
  books.add('room_greeting', [
    {
      ...{ ...corp, id: id.greeting, name: '新品群', text: '欢迎，周五上新', attachments: '[]' },
      ...{ templateId: 't1', takenAt: at, createdAt: at, changedAt: at },
    },
  ]);
  books.add('room_member', [
    { room: id.room, memberId: 'wm1', kind: 'external', name: '小满', isIn: 1, joinedAt: at },
    {
      room: id.room,
      memberId: 'wm2',
      kind: 'external',
      name: '小雨',
      leftAt: at,
      joinedBy: 'qr-code',
    },
  ]);
  const giver = { way: 'on-job', fromUserId: rep['userId'] ?? '', toUserId: rep['userId'] ?? '' };
  books.add('handover', [
    {
      ...corp,
      ...giver,
      id: id.handover,
      message: '以后我来照顾您',
      orderedBy: '店长',
      orderedAt: at,
      endedAt: at,
    },
  ]);
  const bulk = {
    ...corp,
    text: '周五上新，先到先得',
    links: '[]',
    createdBy: '店长',
    createdAt: at,
  };
  books.add('outreach', [
    { ...bulk, id: id.outreach, name: '上新通知', status: 'finished', updatedAt: at, endedAt: at },
    { ...bulk, id: books.newId(), name: '周年庆', status: 'draft', updatedAt: at },
  ]);
  const order = { outreachId: id.outreach, ...corp, userId: rep['userId'] ?? '', part: 1 };
  const orderId = books.newId();
  const article = { scope: 'all', kind: 'article', state: 'ready', createdAt: at };
  const card = {
    title: '秋冬护手霜',
    description: '三款怎么选',
    url: 'https://shop.example/',
    pictureId: null,
  };
  books.add('media_item', [
    { ...article, id: books.newId(), name: '秋冬护手霜', sha256: 'a1', card: JSON.stringify(card) },
    { ...article, id: books.newId(), name: '门店活动', sha256: 'a2', card: JSON.stringify(card) },
  ]);
  books.add('outreach_order', [
    { ...order, id: orderId, people: customers.length, state: 'done', reminders: '[]' },
  ]);
  for (const { identityId, externalId } of customers) {
    const told = { identityId: identityId ?? '', externalUserId: externalId ?? '' };
    books.add('handover_item', [
      {
        ...corp,
        ...told,
        handoverId: id.handover,
        toUserId: 'x',
        state: 'rejected',
        changedAt: at,
      },
    ]);
    books.add('outreach_recipient', [
      { ...told, ...corp, outreachId: id.outreach, orderId, state: 'waiting', changedAt: at },
    ]);
  }
  books.add('corp_tag', [
    {
      ...corp,
      id: books.newId(),
      corpTagId: 'et1',
      groupId: 'eg1',
      groupName: '肤质',
      name: '敏感肌',
    },
  ]);
  books.add('sales_task', [
    {
      ...{ ...corp, id: books.newId(), userId: rep['userId'] ?? '', agentId: '1', createdAt: at },
      ...{ identityId: customer?.['identityId'] ?? null, title: '回访', state: 'open', dueAt: at },
    },
  ]);
  const call = { ...follower, at, day: '2026-11-21', purpose: 'answer', model: '某模型' };
  books.add('model_call', [
    {
      ...{ ...call, id: books.newId(), verdict: 'chosen', ...faq, ms: 300 },
      ...{ sources: JSON.stringify([faq['faqId']]), prompt: '问：运费怎么算', answer: '第一条' },
    },
  ]);
  books.add('faq_candidate', [
    {
      ...{ ...follower, ...faq, id: books.newId(), folded: '邮费', phrasing: '邮费多少', times: 3 },
      ...{ source: 'pick', state: 'open', firstAt: at, lastAt: at },
    },
  ]);
  books.add('faq_example', [
    {
      ...faq,
      id: books.newId(),
      folded: '邮费',
      question: '邮费多少',
      byName: '店长',
      createdAt: at,
    },
  ]);
  return id;
}

/** Every page of the console, by the name of its picture. */
export const routesOf = (id: Record<string, string>): [string, string][] => [
  ['overview', '/'],
  ['people', '/people'],
  ['people-drawer', `/people?person=${id['named']}`],
  ['people-none', '/people?q=nobody-is-called-this'],
  ['person', `/people/${id['person']}`],
  ['person-named', `/people/${id['named']}`],
  ['conversations', '/conversations'],
  ['conversations-none', '/conversations?view=closed'],
  ['conversation', `/conversations/${id['talk']}`],
  ['canned-replies', '/conversations/canned-replies'],
  ['inbox-settings', '/conversations/settings'],
  ['rules', '/replies/rules'],
  ['rule', `/replies/rules/${id['rule']}`],
  ['rule-new', '/replies/rules/new'],
  ['rule-welcome', '/replies/rules/welcome'],
  ['rule-default', '/replies/rules/default'],
  ['faqs', '/replies/faqs'],
  ['faq', `/replies/faqs/${id['faq']}`],
  ['faq-new', '/replies/faqs/new'],
  ['faq-learning', '/replies/faqs?tab=learning'],
  ['review', '/replies/review'],
  ['ways', '/wecom/ways'],
  ['way', `/wecom/ways/${id['way']}`],
  ['way-new', '/wecom/ways/new'],
  ['welcomes', '/wecom/welcomes'],
  ['reps', '/wecom/reps'],
  ['rep', `/wecom/reps/${id['rep']}`],
  ['losses', '/wecom/losses'],
  ['rooms', '/wecom/rooms'],
  ['room', `/wecom/rooms/${id['room']}`],
  ['room-codes', '/wecom/room-codes'],
  ['room-code', `/wecom/room-codes/${id['roomCode']}`],
  ['room-code-new', '/wecom/room-codes/new'],
  ['room-greetings', '/wecom/room-greetings'],
  ['room-greeting', `/wecom/room-greetings/${id['greeting']}`],
  ['room-greeting-new', '/wecom/room-greetings/new'],
  ['handovers', '/wecom/handovers'],
  ['handover', `/wecom/handovers/${id['handover']}`],
  ['handover-new', '/wecom/handovers/new'],
  ['scripts', '/wecom/scripts'],
  ['materials', '/wecom/materials'],
  ['outreach-list', '/outreach'],
  ['outreach', `/outreach/${id['outreach']}`],
  ['outreach-new', '/outreach/new'],
  ['moment-new', '/outreach/new?kind=moment'],
  ['menus', '/replies/menus'],
  ['media', '/replies/media'],
  ['segments', '/segments'],
  ['segment', `/segments/${id['segment']}`],
  ['segment-new', '/segments/new'],
  ['campaigns', '/campaigns'],
  ['campaign-new', '/campaigns/new'],
  ['campaign-plan', `/campaigns/${id['draft']}/edit?step=plan`],
  ['campaign-when', `/campaigns/${id['draft']}/edit?step=when`],
  ['campaign', `/campaigns/${id['sent']}`],
  ['red-packets', '/red-packets'],
  ['red-packet-new', '/red-packets/new'],
  ['red-packet-draft', `/red-packets/${id['planned']}`],
  ['red-packet-edit', `/red-packets/${id['planned']}/edit`],
  ['red-packet', `/red-packets/${id['paid']}`],
  ['accounts', '/settings/accounts'],
  ['account', `/settings/accounts/${id['account']}`],
  ['account-new', '/settings/accounts/new'],
  ['account-corp', `/settings/accounts/${id['corp']}`],
  ['account-merchant', `/settings/accounts/${id['merchant']}`],
  ['models', '/settings/models'],
  ['operators', '/settings/operators'],
  ['audit', '/settings/audit'],
  ['dead-letters', '/settings/dead-letters'],
  ['lost', '/there/is/no/such/page'],
];
