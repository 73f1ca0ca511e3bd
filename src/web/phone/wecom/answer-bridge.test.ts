import { BRIDGE } from '../framed/bridge-wire';
import { answerBridge, type Client } from './answer-bridge';

const page = 'http://localhost/sidebar/?corpId=ww1';

function clientWith(more: Partial<Client> = {}) {
  const said: unknown[] = [];
  const answer = answerBridge({
    ...{ corpId: 'ww1', agentId: '1000002', externalUserId: () => 'wm1' },
    check: ({ signature }) => Promise.resolve(signature === 'good'),
    say: (message) => Promise.resolve(said.push(message)),
    ...more,
  });
  const invoke = (name: string, params: Record<string, unknown> = {}) =>
    answer({ kind: BRIDGE, id: 1, name, params, page });
  const sign = (
    signature = 'good',
    jsApiList = ['getContext', 'getCurExternalContact', 'sendChatMessage'],
  ) =>
    invoke('agentConfig', {
      ...{ corpid: 'ww1', agentid: '1000002', timestamp: '1', nonceStr: 'n' },
      ...{ signature, jsApiList },
    });
  return { said, invoke, sign };
}

test('says nothing about a customer before the page is signed', async () => {
  const { invoke, sign } = clientWith();

  const before = await invoke('getCurExternalContact');
  const refused = await sign('forged');
  const after = await invoke('getCurExternalContact');

  expect(before.err_msg).toBe('getCurExternalContact:fail_no permission');
  expect(refused.err_msg).toBe('agentConfig:fail_invalid signature');
  expect(after.err_msg).toBe('getCurExternalContact:fail_no permission');
});

test('names the customer of the open chat to a signed page', async () => {
  const { invoke, sign } = clientWith();
  await sign();

  expect(await invoke('getContext')).toEqual({
    err_msg: 'getContext:ok',
    entry: 'single_chat_tools',
  });
  expect(await invoke('getCurExternalContact')).toEqual({
    err_msg: 'getCurExternalContact:ok',
    userId: 'wm1',
  });
});

test('forgets the signature when the page is loaded again', async () => {
  const { invoke, sign } = clientWith();
  await sign();
  await invoke('hello');

  expect((await invoke('getContext')).err_msg).toBe('getContext:fail_no permission');
});

test('allows only what the page asked for', async () => {
  const { invoke, sign } = clientWith();
  await sign('good', ['getContext']);

  expect((await invoke('sendChatMessage')).err_msg).toBe('sendChatMessage:fail_no permission');
});

test('has no customer where no chat is open', async () => {
  const { invoke, sign } = clientWith({ externalUserId: () => '' });
  await sign();

  expect((await invoke('getContext'))['entry']).toBe('normal');
  expect((await invoke('getCurExternalContact')).err_msg).toBe(
    'getCurExternalContact:fail without context of external contact',
  );
});

test.each([
  ['a file by the API’s name of it', { msgtype: 'file', file: { media_id: 'm1' } }],
  [
    'a mini-program’s page without its ending',
    { msgtype: 'miniprogram', miniprogram: { appid: 'wx1', title: 'a', imgUrl: 'b', page: 'c' } },
  ],
  ['a kind nobody knows', { msgtype: 'song', song: { title: 'a' } }],
])('takes no message with %s', async (_, message) => {
  const { invoke, sign, said } = clientWith();
  await sign();

  expect((await invoke('sendChatMessage', message)).err_msg).toBe(
    'sendChatMessage:fail_invalid params',
  );
  expect(said).toEqual([]);
});

test('puts words and cards into the chat, and says so when the platform takes neither', async () => {
  const { invoke, sign, said } = clientWith();
  await sign();
  const news = { link: 'https://x/m/1', title: '护肤手册', desc: '', imgUrl: '' };

  expect(
    (await invoke('sendChatMessage', { msgtype: 'text', text: { content: '好的' } })).err_msg,
  ).toBe('sendChatMessage:ok');
  expect((await invoke('sendChatMessage', { msgtype: 'news', news })).err_msg).toBe(
    'sendChatMessage:ok',
  );
  expect(said).toEqual([
    { kind: 'text', text: '好的' },
    { kind: 'news', text: '护肤手册', part: news },
  ]);

  const pdf = { mediaid: 'm1' };
  expect((await invoke('sendChatMessage', { msgtype: 'file', file: pdf })).err_msg).toBe(
    'sendChatMessage:ok',
  );
  expect(said.at(-1)).toEqual({ kind: 'file', text: '', part: pdf });

  const away = clientWith({ say: () => Promise.reject(new Error('not friends')) });
  await away.sign();
  expect(
    (await away.invoke('sendChatMessage', { msgtype: 'text', text: { content: 'a' } })).err_msg,
  ).toBe('sendChatMessage:fail');
});
