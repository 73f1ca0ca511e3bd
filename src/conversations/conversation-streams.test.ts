import { get as httpGet } from 'node:http';
import { openInboxWorld, lin, type InboxWorld } from '../../test/support/inbox-world';
import { onBothEngines } from '../../test/support/open-kit';
import { eventually } from '../../test/support/json-client';

type Told = { event: string; data: Record<string, never> };

/** A page that listens: what it was told, and whether it was hung up on. */
function listen(url: string) {
  const told: Told[] = [];
  const page = { told, isOver: false, leave: () => request.destroy() };
  const request = httpGet(`${url}/api/v1/conversations/events`, (answer) => {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (part: string) => {
      text += part;
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end < 0) return;
        const [event, data] = text.slice(0, end).split('\ndata: ');
        text = text.slice(end + 2);
        if (data !== undefined && event !== undefined) {
          told.push({ event: event.replace('event: ', ''), data: JSON.parse(data) as never });
        }
      }
    });
    answer.on('end', () => (page.isOver = true));
    answer.on('error', () => undefined);
  });
  request.on('error', () => undefined);
  return page;
}

const soon = [10_000, 20] as const;

onBothEngines('the live inbox', (open) => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  /** Two processes on one database: one takes the events, at the other a page listens. */
  const openTwo = async () => {
    const kit = await open();
    // Looks are thirty milliseconds apart, and time does not run away meanwhile.
    kit.clock.sleep = () => {
      kit.clock.advance(30);
      return new Promise((resolve) => setTimeout(resolve, 30));
    };
    const here = await openInboxWorld(kit);
    closing.push(() => here.close());
    const there = await here.another();
    closing.push(() => there.close());
    return { kit, here, there };
  };
  const hear = (world: Pick<InboxWorld, 'served'>) => {
    const page = listen(world.served.base);
    closing.push(page.leave);
    return page;
  };
  const has = (page: { told: Told[] }, event: string, facts: object) =>
    eventually(
      `${event} ${JSON.stringify(facts)}`,
      () => {
        expect(page.told).toContainEqual({ event, data: expect.objectContaining(facts) });
        return Promise.resolve(true);
      },
      ...soon,
    );

  test('tells a page at one process what another process took, and what became of an answer', async () => {
    const { here, there } = await openTwo();
    const page = hear(there);
    await has(page, 'counts', { waiting: 0 });

    await here.says('oA', '人工');
    const id = await here.conversationOf('oA');
    await has(page, 'message', {
      conversationId: id,
      message: expect.objectContaining({ by: 'follower', text: '人工' }),
    });
    await has(page, 'conversation', {
      conversation: expect.objectContaining({ state: 'waiting' }),
    });
    await has(page, 'counts', { waiting: 1, unread: 1 });
    const { body } = await here.post(`/conversations/${id}/messages`, {
      ...{ text: '在的', clientKey: 'k1' },
    });
    await here.sending.sender.drain();
    await has(page, 'message', {
      conversationId: id,
      message: expect.objectContaining({ id: body.id, state: 'sent' }),
    });
    await has(page, 'conversation', { conversation: expect.objectContaining({ state: 'taken' }) });
  });

  test('tells nothing of accounts the operator may not see', async () => {
    const { here, there } = await openTwo();
    there.as({ ...lin, accountIds: [] });
    const page = hear(there);
    await has(page, 'counts', { waiting: 0 });

    await here.says('oA', '人工');
    await new Promise((resolve) => setTimeout(resolve, 500));

    expect(page.told.map(({ event }) => event)).toEqual(['counts']);
    expect(page.told[0]?.data).toEqual({
      ...{ waiting: 0, unanswered: 0, mine: 0, all: 0, unread: 0 },
    });
  });

  test('ends when the operator signs out', async () => {
    const { there } = await openTwo();
    const page = hear(there);
    await has(page, 'counts', { waiting: 0 });

    there.signOut();

    await eventually('the end', () => Promise.resolve(page.isOver), ...soon);
  });

  test('serves so many pages of one session and of one operator, and frees the place of who leaves', async () => {
    const { here } = await openTwo();
    const url = `${here.served.base}/api/v1/conversations/events`;
    const asks = async (cookie: string) => {
      const gone = new AbortController();
      const answer = await fetch(url, { headers: { cookie }, signal: gone.signal });
      const leave = () => gone.abort();
      closing.push(leave);
      return { status: answer.status, answer, leave };
    };
    const many = async (count: number, cookie: string) => {
      const asked = [];
      for (let nth = 0; nth < count; nth += 1) asked.push(await asks(cookie));
      return asked;
    };

    const first = await many(8, 'a=1');
    const ninth = await asks('a=1');
    const others = [...(await many(8, 'a=2')), ...(await many(8, 'a=3'))];
    const beyond = await asks('a=4');
    first[0]?.leave();
    await eventually('a free place', async () => (await asks('a=1')).status === 200, ...soon);

    expect([...first, ...others].map(({ status }) => status)).toEqual(Array(24).fill(200));
    expect([ninth.status, beyond.status]).toEqual([429, 429]);
    expect(await ninth.answer.json()).toMatchObject({ code: 'too_many_streams' });
    expect(ninth.answer.headers.get('retry-after')).toBe('30');
  });
});
