import { openQuestion, pairQuestions, type QuestionLine } from './questions';

const said = (at: number, text: string, identityId = 'a'): QuestionLine => ({
  ...{ id: `id${at}`, identityId, at, kind: 'message-in' },
  params: JSON.stringify({ messageKind: 'text', text }),
});
const answered = (at: number, by: string, text = '', identityId = 'a'): QuestionLine => ({
  ...{ id: `id${at}`, identityId, at, kind: 'message-out', params: JSON.stringify({ by, text }) },
});

describe('what was asked and what was got', () => {
  test('an answer belongs to the question before it, in whatever order the lines are read', () => {
    const lines = [
      answered(4, 'faq', '三天'),
      said(1, '敏感肌能用吗'),
      said(3, '几天到货'),
      answered(2, 'rule', '可以用'),
    ];

    expect(pairQuestions(lines).map(({ text, answer }) => [text, answer])).toEqual([
      ['几天到货', '三天'],
      ['敏感肌能用吗', '可以用'],
    ]);
  });

  test('a default answer, or a choice of questions, leaves it open', () => {
    const open = [said(1, '敏感肌能用吗'), answered(2, 'default', '稍后回复')];

    expect(openQuestion(pairQuestions(open))).toEqual({ id: 'id1', text: '敏感肌能用吗', at: 1 });
  });

  test('what a rep sends closes what it was sent for, and nothing else', () => {
    const rep = (params: object) => ({
      ...{ ...answered(5, ''), kind: 'rep-sent-text' },
      params: JSON.stringify({ text: '可以', by: '林岚', ...params }),
    });
    const open = [said(1, '敏感肌能用吗'), said(3, '几天到货')];

    expect(pairQuestions([...open, rep({})]).map((one) => one.answered)).toEqual([false, false]);
    const [, first] = pairQuestions([...open, rep({ answers: ['id1'] })]);
    expect(first).toMatchObject({ answer: '可以', by: 'rep', rep: '林岚' });
    expect(openQuestion(pairQuestions([...open, rep({ answers: ['id1'] })]))?.id).toBe('id3');
  });

  test('a question stays open when the next one is answered by rule, until somebody writes who read it', () => {
    const lines = [said(1, '敏感肌能用吗'), said(2, '几天到货'), answered(3, 'faq', '三天')];

    expect(openQuestion(pairQuestions(lines))?.text).toBe('敏感肌能用吗');
    expect(openQuestion(pairQuestions([...lines, answered(4, 'operator', '可以')]))).toBeNull();
    const again = [...lines, said(5, '敏感肌能用吗'), answered(6, 'faq', '可以')];
    expect(openQuestion(pairQuestions(again))).toBeNull();
  });

  test('an answer on one account does not close a question on another', () => {
    const lines = [said(1, '敏感肌能用吗', 'a'), answered(2, 'faq', '好', 'b')];

    expect(pairQuestions(lines)[0]?.answered).toBe(false);
  });

  test('a thank-you asks nothing', () => {
    expect(openQuestion(pairQuestions([said(1, '谢谢')]))).toBeNull();
    expect(openQuestion(pairQuestions([said(1, '多少?')]))).not.toBeNull();
  });
});
