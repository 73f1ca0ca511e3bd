import { openSends, type Outcome, type Ways } from './send-once';

type Answer = { take: () => void; refuse: () => void };
const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** A chat that answers when the test says so. */
function openChat(more: Partial<Ways<string>> = {}, sentAt: string | null = null) {
  const [handed, books, told]: [string[], string[], Outcome[]] = [[], [], []];
  const answers: Answer[] = [];
  let begun = 0;
  let tired: () => void = () => undefined;
  const tap = openSends<string>({
    again: () => Promise.resolve(true),
    hold: () => Promise.resolve(true),
    isHere: () => Promise.resolve(true),
    hand: (message) => {
      handed.push(message);
      return new Promise((take, refuse) =>
        answers.push({ take, refuse: () => refuse(new Error('no')) }),
      );
    },
    patience: () => new Promise((resolve) => (tired = resolve)),
    confirm: (id) => Promise.resolve(void books.push(`sent ${id}`)),
    drop: (id) => Promise.resolve(void books.push(`dropped ${id}`)),
    late: (outcome) => told.push(outcome),
    ...more,
  });
  const begin = () => {
    begun += 1;
    return Promise.resolve({ id: `s${begun}`, message: `m${begun}`, sentAt });
  };
  return {
    ...{ handed, books, told, answers },
    tap: () => tap('wm1 words', begin, 'q1'),
    losePatience: () => tired(),
    count: () => begun,
  };
}

test('taken back before it is handed over, or in another chat, it never was', async () => {
  const back = openChat({ hold: () => Promise.resolve(false) });
  const away = openChat({ isHere: () => Promise.resolve(false) });

  expect([await back.tap(), await away.tap()]).toEqual(['taken-back', 'elsewhere']);
  expect([back.handed, away.handed]).toEqual([[], []]);
  expect([back.books, away.books]).toEqual([['dropped s1'], ['dropped s1']]);
});

test('a confirmation that comes late is a send in our books', async () => {
  const chat = openChat();

  const first = chat.tap();
  await soon();
  chat.losePatience();
  expect(await first).toBe('unclear');
  expect(chat.books).toEqual([]);
  chat.answers[0]?.take();
  await soon();

  expect(chat.books).toEqual(['sent s1']);
  expect(chat.told).toEqual(['sent']);
});

test('a second tap after an unclear one hands over the same send, and a late no does not undo it', async () => {
  const chat = openChat();
  const first = chat.tap();
  await soon();
  chat.losePatience();
  await first;

  const second = chat.tap();
  await soon();
  chat.answers[1]?.take();
  expect(await second).toBe('sent');
  chat.answers[0]?.refuse();
  await soon();

  expect(chat.handed).toEqual(['m1', 'm1']);
  expect(chat.books).toEqual(['sent s1']);
});

test('what WeCom refuses is dropped, and the next tap is a new one', async () => {
  const chat = openChat();
  const refused = chat.tap();
  await soon();
  chat.answers[0]?.refuse();

  expect(await refused).toBe('refused');
  expect(chat.books).toEqual(['dropped s1']);
  void chat.tap();
  await soon();
  expect(chat.count()).toBe(2);
});

test('what went to them minutes ago is asked for first, once, and not sent after a no', async () => {
  const asked: string[] = [];
  const answers = [false, true];
  const again = (at: string) => Promise.resolve(asked.push(at) > 0 && (answers.shift() ?? false));
  const chat = openChat({ again }, '12:00');

  expect(await chat.tap()).toBe('taken-back');
  expect([chat.handed, chat.books]).toEqual([[], ['dropped s1']]);
  const first = chat.tap();
  await soon();
  chat.losePatience();
  expect(await first).toBe('unclear');
  const second = chat.tap();
  await soon();
  chat.answers[1]?.take();

  expect(await second).toBe('sent');
  expect(asked).toEqual(['12:00', '12:00']);
});
