import { aFollower, anAccount } from '../../test/support/an-account';
import { onBothEngines } from '../../test/support/open-kit';
import * as model from '../../test/support/stand-in-model';
import { readSettings } from '../kernel/settings';
import { Speech } from './speech';

const amr = Buffer.from('#!AMR\n\x0c\x1e\xff\r\n--', 'latin1');

onBothEngines('a voice at a speech endpoint', (open) => {
  let standIn: model.StandInModel;
  beforeAll(async () => {
    standIn = await model.openStandInModel();
  });
  afterEach(() => {
    standIn.sent.length = 0;
  });
  afterAll(() => standIn.close());

  async function world(env: Record<string, string> = {}) {
    const kit = await open();
    kit.settings = readSettings({
      ...{ NODE_ENV: 'test', LOG_LEVEL: 'silent', SANDBOX: 'on', MODEL_SPEECH_TIMEOUT_MS: '1000' },
      ...{ MODEL_SPEECH: 'ear-1', MODEL_SPEECH_BASE: standIn.url, MODEL_SPEECH_KEY: 'k3y' },
      ...env,
    });
    const { id: accountId } = await anAccount(kit);
    const { id: identityId } = await aFollower(kit, { accountId });
    const settingOf = () => ({ isOn: false, style: null, dailyCalls: null });
    const speech = new Speech(kit, { settingOf });
    const facts = { accountId, identityId, entryId: '01VOICE', contentType: 'audio/amr' };
    return {
      hear: (content = amr) => speech.hear({ ...facts, content }),
      calls: () =>
        kit.db.read.all<{ verdict: string; prompt: string; answer: string | null }>(
          `SELECT purpose, model, verdict, prompt, answer FROM model_call ORDER BY id`,
        ),
    };
  }

  test('comes back as words; the log has what left, the answer redacted', async () => {
    const { hear, calls } = await world();
    standIn.behave(model.hears(' 我的电话 13812345678\u0007 \n'));

    const heard = await hear();

    expect(heard).toEqual({ text: '我的电话 13812345678', model: 'ear-1' });
    const [sent] = standIn.sent;
    expect(sent).toMatchObject({ path: '/v1/audio/transcriptions', authorization: 'Bearer k3y' });
    expect(sent?.body).toContain('name="model"\r\n\r\near-1\r\n');
    expect(sent?.body).toContain('filename="voice.amr"\r\ncontent-type: audio/amr\r\n\r\n#!AMR');
    const [call] = await calls();
    expect(call).toMatchObject({ purpose: 'voice', model: 'ear-1', verdict: 'made' });
    expect(call?.prompt).toMatch(/voice\.amr · audio\/amr · \d+ B · sha256 [0-9a-f]{64}/);
    expect(call?.answer).not.toContain('13812345678');
  });

  test('that is refused is said so in the endpoint’s words, and holds up no other voice', async () => {
    const { hear, calls } = await world();
    const error = { error: { message: 'Unsupported file format amr', type: 'invalid_request' } };
    standIn.behave(model.answersStatus(400, JSON.stringify(error)));

    const heard = [];
    for (let nth = 0; nth < 6; nth++) heard.push(await hear());
    standIn.behave(model.hears('您好'));

    expect(heard.at(-1)).toEqual({ verdict: 'http-error', said: 'Unsupported file format amr' });
    expect(await hear()).toMatchObject({ text: '您好' });
    expect(await calls()).toHaveLength(7);
  });

  test.each([
    ['hangs', model.hangs, 'timeout'],
    ['drips', model.drips, 'timeout'],
    ['floods', model.floods, 'too-large'],
    ['resets', model.resets, 'reset'],
    ['answers as a chat does', model.says('您好'), 'not-a-completion'],
    ['hears nothing', model.hears(' \n'), 'empty'],
  ] as const)('gets no words of an endpoint that %s', async (_, behaviour, verdict) => {
    const { hear, calls } = await world();
    standIn.behave(behaviour);

    const heard = await hear();

    expect(heard).toEqual({ verdict, said: null });
    expect(await calls()).toMatchObject([{ verdict }]);
  });

  test('is not sent to one that kept failing, nor beyond the day’s calls, nor where none is named', async () => {
    const failing = await world();
    standIn.behave(model.answersStatus(500));
    for (let nth = 0; nth < 5; nth++) await failing.hear();
    const rested = await failing.hear();
    const frugal = await world({ MODEL_DAILY_CALLS: '1' });
    standIn.behave(model.hears('您好'));
    await frugal.hear();
    const spent = await frugal.hear();

    expect([rested, spent]).toMatchObject([
      { verdict: 'unasked-resting' },
      { verdict: 'unasked-installation' },
    ]);
    expect(standIn.sent).toHaveLength(6);
  });
});
