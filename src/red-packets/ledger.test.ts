import { MoneyWorld, owner } from '../../test/support/money-world';
import { onBothEngines } from '../../test/support/open-kit';
import { auditPromotions, startPromotion } from './index';
import { lockPromotion, moveMoney } from './ledger';

onBothEngines('the ledger', (open) => {
  const open6 = async () => MoneyWorld.open(await open(), 6);
  const settle = async (world: MoneyWorld): Promise<string> => {
    const id = await world.started({ budgetFen: 1_000, perDayFen: 300 });
    await world.drain();
    return id;
  };
  const settled = async () => {
    const world = await open6();
    return { world, id: await settle(world) };
  };

  test('one fen changed anywhere stops the promotion and keeps it stopped', async () => {
    const world = await open6();
    const plants = [
      `UPDATE ledger_entry SET amountFen = amountFen + 1 WHERE seq = 2 AND promotionId = ?`,
      `DELETE FROM ledger_entry WHERE seq = 3 AND promotionId = ?`,
      `UPDATE promotion SET paidFen = paidFen + 1 WHERE id = ?`,
      `UPDATE promotion SET budgetFen = budgetFen + 1 WHERE id = ?`,
      `UPDATE promotion SET refundedFen = 1 WHERE id = ?`,
      `UPDATE payout SET amountFen = amountFen + 1 WHERE state = 'sent' AND promotionId = ?`,
      `UPDATE payout SET state = 'received' WHERE state = 'sent' AND promotionId = ?`,
    ];

    for (const plant of plants) {
      const id = await settle(world);
      const clean = await world.check(id);
      await world.write(plant, [id]);
      const found = (await auditPromotions(world.kit)).filter((one) => one.promotionId === id);

      expect(clean).toMatchObject({ ok: true });
      expect([plant, found.length > 0]).toEqual([plant, true]);
      expect(await world.view(id)).toMatchObject({
        status: 'paused',
        pauseReason: { code: 'ledger_difference' },
      });
      await expect(startPromotion(world.kit, owner, id)).rejects.toMatchObject({
        code: 'ledger_difference',
      });
    }
  });

  test('the chain and the single payouts show what the sums cannot', async () => {
    const world = await open6();
    const forgeries = [
      `UPDATE ledger_entry SET amountFen = CASE seq WHEN 2 THEN 99 ELSE 101 END
       WHERE seq IN (2, 3) AND promotionId = ?`,
      `UPDATE ledger_entry SET at = at + 1 WHERE seq = 4 AND promotionId = ?`,
      `UPDATE ledger_entry SET payoutId = NULL WHERE seq = 2 AND promotionId = ?`,
      `UPDATE ledger_entry SET hash = prevHash WHERE seq = 7 AND promotionId = ?`,
      `UPDATE promotion SET ledgerHash = 'x' WHERE id = ?`,
    ];

    for (const forgery of forgeries) {
      const id = await settle(world);
      await world.write(forgery, [id]);
      const report = await world.check(id);

      expect([forgery, report.ok]).toEqual([forgery, false]);
    }
  });

  test('money that is not there cannot be moved: the transaction fails and nothing is written', async () => {
    const { world, id } = await settled();
    const move = async (from: 'available' | 'paid', to: 'reserved', amountFen: number) =>
      world.kit.db.transact(async (tx) => {
        const locked = await lockPromotion(tx, id);
        await moveMoney(tx, world.kit, locked!, [
          { kind: 'reserve', from, to, amountFen, payoutId: null },
        ]);
      });

    const tooMuch = move('available', 'reserved', 701);
    const notPaid = move('paid', 'reserved', 1);
    const nothing = move('available', 'reserved', 0);
    const parts = move('available', 'reserved', 0.5);

    await expect(tooMuch).rejects.toThrow('does not add up');
    await expect(notPaid).rejects.toThrow('does not add up');
    await expect(nothing).rejects.toThrow();
    await expect(parts).rejects.toThrow();
    expect(await world.check(id)).toMatchObject({ ok: true });
  });

  test('the report names every promotion with its sums', async () => {
    const { world, id } = await settled();

    const report = await world.check(id);

    expect(report).toEqual({
      ok: true,
      differences: [],
      promotions: [
        {
          id,
          name: '双十一感谢',
          budgetFen: 1_000,
          availableFen: 700,
          reservedFen: 300,
          paidFen: 0,
          refundedFen: 0,
          lines: 7,
          payouts: 3,
        },
      ],
    });
  });
});
