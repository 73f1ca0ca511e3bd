import { onBothEngines } from '../../test/support/open-kit';
import { openSidebarWorld } from '../../test/support/sidebar-world';

onBothEngines('the language of a rep', (open) => {
  test('what the app tells a rep is in the words they chose; others stay as they were', async () => {
    const world = await openSidebarWorld(await open());
    const { kit, corpId } = world;
    await world.must('PATCH', `/wecom/corps/${corpId}`, { leaders: { '1': ['linlan'] } });
    const { personId, externalUserId } = await world.befriend('zhouning', '小雨');
    await world.readNames();
    const rep = await world.signIn('zhouning');
    const before = await rep.get('/session');
    const refused = await rep.send('PUT', '/language', { language: 'fr' });
    await rep.send('PUT', '/language', { language: 'en' });
    const dueAt = new Date(kit.clock.business() + 60_000).toISOString();
    await rep.send('POST', '/tasks', { title: '寄小样', externalUserId, dueAt });

    await world.advance(120_000);
    await world.person(personId, 'delete-rep', { userId: 'zhouning' });
    const told = async (userId: string) => JSON.stringify(await world.toldTo(userId));
    for (let tries = 0; tries < 100 && !(await told('linlan')).includes('小雨'); tries += 1) {
      await kit.work.drain();
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    await kit.work.drain();
    const [theirs, leaders] = [await told('zhouning'), await told('linlan')];
    const after = await rep.get('/session');
    await world.close();

    expect(before.body.language).toBeNull();
    expect(refused.status).toBe(400);
    expect(after.body.language).toBe('en');
    expect(theirs).toContain('A task is due');
    expect(theirs).toMatch(/小雨 deleted or blocked you/);
    expect(leaders).toContain('小雨 删除或拉黑了');
  });
});
