import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openInboxWorld, zhou, type InboxWorld } from '../../test/support/inbox-world';
import { onBothEngines } from '../../test/support/open-kit';
import { readSettings } from '../kernel/settings';
import type { Hearing } from './hearing';
import { NewsReader } from './read-news';

onBothEngines('a voice in the inbox', (open) => {
  let world: InboxWorld | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });

  /** A follower who sent one voice, which lies in the data directory as WeChat gave it. */
  const openWorld = async (hear?: Hearing['hear']) => {
    const kit = await open();
    if (hear) {
      const named = { MODEL_SPEECH: 'ear-1', MODEL_SPEECH_BASE: 'http://127.0.0.1:9/v1' };
      const base = { NODE_ENV: 'test', LOG_LEVEL: 'silent', SANDBOX: 'on' };
      kit.settings = readSettings({ ...base, ...named, DATA_DIR: kit.settings.dataDir });
    }
    const opened = await openInboxWorld(kit, hear && { hear });
    world = opened;
    const { reply } = await opened.take(
      opened.eventOf('oA', { kind: 'voice', mediaId: 'voice-1', format: 'amr' }),
    );
    const id = await opened.conversationOf('oA');
    const list = async () => (await opened.get(`/conversations/${id}/messages`)).body.items;
    const [voice] = (await list()).filter((one: { kind: string }) => one.kind === 'voice');
    const folder = join(kit.settings.dataDir, 'media');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, voice.id), 'audio/amr\n#!AMR\nsounds');
    const write = () => opened.post(`/conversations/${id}/messages/${voice.id}/transcript`);
    return { ...opened, kit, id, reply, voice, write, list };
  };

  test('is written down once, found by its words, and answered by nobody', async () => {
    const heard: string[] = [];
    const { kit, id, voice, write, list, get, as } = await openWorld(({ content }) => {
      heard.push(content.toString());
      return Promise.resolve({ text: '几点开门', model: 'ear-1' });
    });
    const before = (await list()).length;
    const news = new NewsReader(kit);
    await news.read();

    const written = await write();
    const told = [await news.read(), await news.read()];
    as(zhou);
    const again = await write();

    const found = await get(`/conversations?view=all&q=${encodeURIComponent('几点开')}`);
    expect(voice).toMatchObject({ mayHear: true, voiceText: null, transcript: null });
    expect(written.body).toMatchObject({
      ...{ id: voice.id, kind: 'voice', text: '', voiceText: '几点开门', mayHear: false },
      transcript: { by: '林芳', model: 'ear-1', at: new Date(kit.clock.business()).toISOString() },
    });
    expect(again.body).toEqual(written.body);
    // Whoever has the conversation open reads it at once, and once.
    expect(told.map(({ entryIds }) => entryIds.includes(voice.id))).toEqual([true, false]);
    expect(told[0]?.conversationIds).toContain(id);
    expect(heard).toEqual(['#!AMR\nsounds']);
    expect(found.body.items).toMatchObject([{ id, lastText: '几点开门' }]);
    expect(await list()).toHaveLength(before);
    const trail = await kit.db.read.all(
      `SELECT action FROM audit_entry WHERE action LIKE 'conversation.%'`,
    );
    expect(trail).toEqual([{ action: 'conversation.voice-written-down' }]);
  });

  test('that could not be heard says why, and stays a voice', async () => {
    const { write, list } = await openWorld(() =>
      Promise.resolve({ verdict: 'http-error', said: 'Unsupported file format amr' }),
    );

    const refused = await write();

    expect(refused).toMatchObject({ status: 502, body: { code: 'speech_refused' } });
    expect(JSON.stringify(refused.body)).toContain('Unsupported file format amr');
    expect((await list()).some((one: { mayHear: boolean }) => one.mayHear)).toBe(true);
  });

  test('where nothing hears it is offered no words, and a text cannot be written down', async () => {
    const { voice, write, says, list, id, post } = await openWorld();
    await says('oA', '几点开门');
    const text = (await list()).find((one: { kind: string }) => one.kind === 'text');

    const off = await write();
    const wrong = await post(`/conversations/${id}/messages/${text.id}/transcript`);

    expect(voice).toMatchObject({ mayHear: false });
    expect(off).toMatchObject({ status: 409, body: { code: 'speech_off' } });
    expect(wrong.status).toBe(404);
  });
});
