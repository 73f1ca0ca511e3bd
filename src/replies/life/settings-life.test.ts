import { onBothEngines, someDay } from '../../../test/support/open-kit';
import { openReplyApi } from '../../../test/support/reply-api';
import { permissionsOf } from '../../kernel/access';
import { registerAnswerPublishing } from '..';

const settings = '/api/v1/reply-settings';
const text = (said: string) => ({ type: 'text', text: said });

onBothEngines('the life of welcome and default', (open) => {
  test('what an operator writes waits for a reviewer, is published at its time, and can come back', async () => {
    const kit = await open();
    const world = await openReplyApi(kit);
    const { api, replies, accountId } = world;
    registerAnswerPublishing(kit, world);
    const mine = `${settings}?appId=wxA`;
    const said = async () => {
      await kit.versions.check(true);
      const message = { kind: 'text', text: '没人写过的话' } as const;
      const answered = replies.answerMessage(message, { accountId, now: someDay });
      return answered?.reply?.kind === 'text' ? answered.reply.text : undefined;
    };
    const as = (id: string, role: 'operator' | 'reviewer') => {
      const all = permissionsOf[role];
      const granted = role === 'reviewer' ? all : all.filter((one) => one !== 'replies.publish');
      api.as({ id, name: id, permissions: new Set(granted) });
    };
    // From before versions were kept.
    await kit.database.writer.query(
      `INSERT INTO reply_default (accountId, welcome, fallback, updatedAt) VALUES ('${accountId}', NULL, '{"type":"text","text":"最早的"}', 5)`,
    );
    await kit.db.transact((tx) => kit.versions.bump(tx, 'replies'));
    const read = await api.call('GET', mine);
    const first = await api.call('PUT', mine, {
      ...{ welcome: null, default: text('稍等'), version: 0 },
    });
    kit.settings = { ...kit.settings, repliesReview: 'required' };

    as('writer', 'operator');
    const written = await api.call('PUT', mine, {
      ...{ welcome: text('欢迎'), default: text('请说'), version: 2 },
    });
    const late = await api.call('PUT', mine, { welcome: null, default: null, version: 2 });
    const before = await said();
    const refused = await api.call('POST', `${settings}/wxA/publish`, { version: 3 });
    as('reader', 'reviewer');
    const at = new Date(someDay + 3_600_000).toISOString();
    const planned = await api.call('POST', `${settings}/wxA/publish`, { version: 3, at });
    const other = await api.call('POST', `${settings}/wxZ/publish`, { version: 3 });
    kit.clock.set(someDay + 2 * 3_600_000);
    await kit.work.drain();
    const then = await said();
    const diff = await api.call('GET', `${settings}/wxA/diff?from=2&to=3`);
    const back = await api.call('POST', `${settings}/wxA/rollback`, { version: 1 });
    const last = await said();
    await world.close();

    expect(read.body).toMatchObject({ default: text('最早的'), version: 0, status: 'published' });
    expect(first.body).toMatchObject({ default: text('稍等'), version: 2, draft: null });
    expect(written.body).toMatchObject({
      ...{ welcome: null, default: text('稍等'), version: 3, liveVersion: 2 },
      draft: { state: 'in-review', welcome: text('欢迎') },
    });
    expect(late).toMatchObject({ status: 409, body: { code: 'settings_changed_meanwhile' } });
    expect([before, refused.status, other.status]).toEqual(['稍等', 403, 400]);
    expect(planned.body.draft).toMatchObject({ state: 'scheduled' });
    expect(then).toBe('请说');
    expect(diff.body.changes).toMatchObject([
      { field: 'welcome.type', before: null, after: 'text' },
      { field: 'welcome.text', before: null, after: '欢迎' },
      { field: 'default.text', before: '稍等', after: '请说' },
    ]);
    expect(back.body).toMatchObject({ default: text('最早的'), welcome: null, liveVersion: 4 });
    expect(last).toBe('最早的');
  });
});
