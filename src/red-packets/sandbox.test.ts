import { openRig, type Rig } from '../../test/contract/sandbox-rig';
import { MoneyWorld, mchId, owner } from '../../test/support/money-world';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import { AccountBook } from '../accounts';
import { askMerchant, merchantHealth, openPayRail, startPromotion } from './index';
import { payForKeyword } from './pay-for-keyword';

const hour = 60 * 60_000;
let rig: Rig;
let firstNumber = 0;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

/** Over TLS with the merchant's certificate, to the sandbox's Pay: the real client, another base URL. */
onBothEngines('paying through the sandbox', (open) => {
  const world = async (kit: TestKit, people: number) => {
    const { body: merchant } = await rig.api('POST', '/merchants', {
      name: '山茶花',
      mchId,
      appIds: [rig.appId],
      limits: { ratePerSecond: 0 },
    });
    const { apiV2Key, certPem, keyPem, caPem, payBaseUrl } = merchant;
    const openids: string[] = [];
    for (let n = 0; n < people; n += 1) {
      const { body } = await rig.api('POST', '/people', { appId: rig.appId });
      await rig.api('POST', `/people/${body.openid}/follow?settle=0`, {});
      openids.push(body.openid);
    }
    const made = await MoneyWorld.open(kit, 0, {
      appId: rig.appId,
      merchant: (merchantId) => ({
        details: JSON.stringify({ payBaseUrl }),
        secrets: kit.seal.seal(
          JSON.stringify({ apiV2Key, certPem, keyPem, caPem }),
          `account.${merchantId}.secrets`,
        ),
      }),
      rail: async () => openPayRail(kit, await AccountBook.open(kit)),
    });
    // Numbers are the merchant's for ever: no test may begin at another one's.
    firstNumber += 1_000;
    await made.write(`INSERT INTO merchant_counter (merchantAccountId, nextNumber) VALUES (?, ?)`, [
      made.merchantId,
      firstNumber,
    ]);
    await made.addFollowers(openids);
    return { made, openids };
  };
  const received = async (openid: string): Promise<number> => {
    const { body } = await rig.api('GET', `/people/${openid}`);
    return body.receivedFen ?? body.wallet?.receivedFen ?? 0;
  };
  test('reserved, sent and received to the fen, whatever the network does', async () => {
    const { made, openids } = await world(await open(), 8);
    const faults = ['timeout-after-accept', 'reset-mid-reply', 'http-502-html', 'half-body'];
    faults.push('err_code:SYSTEMERROR-accepted', 'return-code-fail-accepted', 'extra-fields');
    for (const kind of faults) {
      await rig.api('POST', '/faults', { where: 'red-packet-send', kind, count: 1 });
    }
    await rig.api('POST', '/faults', {
      where: 'red-packet-query',
      kind: 'not-found-lie',
      count: 2,
    });

    const id = await made.started({ budgetFen: 2_000, amount: { minFen: 100, maxFen: 250 } });
    await made.drain();
    await made.pass(hour, 12);
    const sent = await made.view(id);
    for (const openid of openids) await rig.api('POST', `/people/${openid}/open-packet`, {});
    await made.pass(2 * hour);
    const done = await made.view(id);

    expect(sent).toMatchObject({ status: 'finished', recipients: { sent: 8 }, paidFen: 0 });
    expect(done.recipients).toMatchObject({ received: 8 });
    expect(done.reservedFen).toBe(0);
    const wallets = await Promise.all(openids.map(received));
    expect(wallets.reduce((sum, fen) => sum + fen, 0)).toBe(done.paidFen);
    const amounts = (await made.payouts(id)).map((payout) => payout.amountFen);
    expect([...wallets].sort()).toEqual([...amounts].sort());
    expect(await made.check()).toMatchObject({ ok: true });
    await rig.api('POST', '/faults', { op: 'clear' });
  }, 90_000);

  test('by keyword: reserved one by one, opened, and ledger, payouts and wallets agree', async () => {
    const { made, openids } = await world(await open(), 4);
    const { accountId, rail, kit } = made;
    const followers = await kit.db.read.all<{ id: string }>(
      `SELECT id FROM identity WHERE accountId = ? ORDER BY id`,
      [accountId],
    );
    const form = { oncePer: 'promotion', segmentId: null, amount: { minFen: 100, maxFen: 200 } };
    const promotionId = await made.started({ ...form, budgetFen: 450 });
    const pay = (id: string, cause: string) =>
      payForKeyword(kit, rail, { promotionId, accountId, identityId: id, cause });

    const answers = await Promise.all(followers.map(({ id }) => pay(id, `one ${id}`)));
    const again = await Promise.all(followers.map(({ id }) => pay(id, `two ${id}`)));
    await made.drain();
    for (const openid of openids) await rig.api('POST', `/people/${openid}/open-packet`, {});
    await made.pass(2 * hour);

    const paid = answers.filter(({ code }) => code === 'paid');
    expect(paid.length).toBeGreaterThan(1);
    expect(again.some(({ code }) => code === 'paid')).toBe(false);
    const wallets = await Promise.all(openids.map(received));
    const done = await made.view(promotionId);
    expect(wallets.filter((fen) => fen > 0)).toHaveLength(paid.length);
    expect(wallets.reduce((sum, fen) => sum + fen, 0)).toBe(done.paidFen);
    expect(done).toMatchObject({ reservedFen: 0, recipients: { received: paid.length } });
    expect(await made.check()).toMatchObject({ ok: true });
  }, 90_000);

  test('a merchant is connected when WeChat Pay answers it, and the card says why it does not', async () => {
    const kit = await open();
    const { made } = await world(kit, 1);
    const { merchantId, rail } = made;
    const health = () => merchantHealth(kit, merchantId);

    const never = await health();
    const asked = await askMerchant(kit, rail, merchantId, rig.appId);
    const afterCheck = await health();
    const checkedAt = kit.clock.business();
    kit.clock.advance(1_000);
    await rig.api('POST', '/faults', {
      where: 'red-packet-send',
      kind: 'err_code:CA_ERROR',
      count: 1,
    });
    const id = await made.started({ budgetFen: 100 });
    await made.drain();
    const refused = await health();
    await startPromotion(kit, owner, id);
    await made.drain();
    await kit.cache.delete(`merchant-check:${merchantId}`);
    const again = await health();

    expect(never).toEqual({ state: 'unknown', lastOkAt: null });
    expect(asked).toMatchObject({ isGood: true, code: 'not-found' });
    expect(afterCheck).toEqual({ state: 'ok', lastOkAt: checkedAt });
    expect(refused).toEqual({ state: 'failing', lastOkAt: checkedAt, errorName: 'CA_ERROR' });
    expect(again.state).toBe('ok');
    expect(again.lastOkAt).toBeGreaterThan(checkedAt);
    expect(rail.merchant(merchantId)?.clientIp).not.toBe('127.0.0.1');
  }, 90_000);

  test('an intercepted person fails after a day, what nobody opens comes back', async () => {
    const { made, openids } = await world(await open(), 3);
    await rig.api('PATCH', `/people/${openids[0] ?? ''}`, { risky: true });

    const id = await made.started({ budgetFen: 300 });
    await made.drain();
    const held = await made.view(id);
    await rig.api('POST', '/clock', { advanceMs: 25 * hour });
    await made.pass(26 * hour, 12);

    expect(held.recipients).toMatchObject({ held: 1, sent: 2 });
    expect((await made.payouts(id)).map(({ state }) => state)).toEqual([
      'failed',
      'refunded',
      'refunded',
    ]);
    expect(await made.view(id)).toMatchObject({ availableFen: 300, refundedFen: 200 });
    expect(await made.check()).toMatchObject({ ok: true });
  }, 90_000);
});
