import { diffContent, diffLines } from './diff-content';

describe('a diff of two versions', () => {
  test('tells words that came and went, texts line by line, and leaves out what is the same', () => {
    const before = {
      name: '营业时间',
      keywords: ['几点开门', '营业时间'],
      priority: 0,
      answer: { type: 'text', text: '十点开门\n十点打烊\n欢迎' },
    };
    const after = {
      ...before,
      keywords: ['营业时间', '还开着吗'],
      priority: 10,
      answer: { type: 'text', text: '十点开门\n九点半打烊\n欢迎' },
    };

    const changes = diffContent(before, after);

    expect(changes).toEqual([
      expect.objectContaining({
        field: 'keywords',
        kind: 'list',
        added: ['还开着吗'],
        removed: ['几点开门'],
      }),
      expect.objectContaining({ field: 'priority', kind: 'value', before: 0, after: 10 }),
      expect.objectContaining({
        field: 'answer.text',
        kind: 'lines',
        lines: [
          { kind: 'same', text: '十点开门' },
          { kind: 'removed', text: '十点打烊' },
          { kind: 'added', text: '九点半打烊' },
          { kind: 'same', text: '欢迎' },
        ],
      }),
    ]);
    expect(diffContent(before, structuredClone(before))).toEqual([]);
  });

  test('names fields it has never heard of by their path', () => {
    const changes = diffContent(
      { messages: [{ type: 'text', text: '一' }], within: null, from: undefined },
      {
        messages: [
          { type: 'text', text: '二' },
          { type: 'text', text: '三' },
        ],
        within: { hours: 2 },
        from: null,
      },
    );

    expect(changes.map(({ field, before, after }) => [field, before, after])).toEqual([
      ['messages.0.text', '一', '二'],
      ['messages.1.type', null, 'text'],
      ['messages.1.text', null, '三'],
      ['within.hours', null, 2],
    ]);
  });

  test('tells what came and went of a list of anything, and only its order when that is all', () => {
    const [morning, night] = [
      { from: '10:00', to: '12:00' },
      { from: '22:00', to: '02:00' },
    ];
    const [one, ...others] = diffContent(
      { hours: [morning], weekdays: [1, 2] },
      { hours: [night], weekdays: [2, 1] },
    );

    expect(one).toMatchObject({ kind: 'list', added: [night], removed: [morning] });
    expect(others).toMatchObject([{ kind: 'value', before: [1, 2], after: [2, 1] }]);
  });

  test('put together again, the lines are both texts', () => {
    const texts = ['', 'a', 'a\nb\nc', 'b\na\nc\nb', 'c\nc\n\na', '\n\n', 'a\nb\nc\nd\ne'];
    for (const before of texts) {
      for (const after of texts) {
        const lines = diffLines(before, after);
        const without = (kind: string) =>
          lines.filter((line) => line.kind !== kind).map(({ text }) => text);

        expect(without('added').join('\n')).toBe(before);
        expect(without('removed').join('\n')).toBe(after);
      }
    }
  });
});
