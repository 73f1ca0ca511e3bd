import { openLiquid, renderInSteps } from './render-steps';

const engine = openLiquid({ memoryLimit: 100_000, templates: {} });
const render = (text: string, scope = {}) => renderInSteps(engine, engine.parse(text), scope);

test('a text is filled in, however slow the machine is', () => {
  const slow = {
    get name() {
      const until = performance.now() + 60;
      while (performance.now() < until);
      return '小雨';
    },
  };

  const text = render('{% for i in (1..20) %}{{ name }}{% endfor %}', slow);

  expect(text).toBe('小雨'.repeat(20));
});

test.each([
  '{% for i in (1..300) %}{% for j in (1..300) %}{{ j }}{% endfor %}{% endfor %}',
  '{% for i in (1..300) %}{% for j in (1..300) %}{% endfor %}{% endfor %}',
  '{% for i in (1..30000) %}{% assign x = i %}{% endfor %}',
  `{% for i in (1..300) %}{% if ${Array(700).fill('i==1').join(' or ')} %}{% endif %}{% endfor %}`,
  `{% for i in (1..2000) %}{% assign d = "now" | date: "%Y" %}{% endfor %}`,
])('%s stops', (text) => {
  expect(() => render(text)).toThrow('too many steps');
});

test('one rendering does not use up the steps of the next', () => {
  const text = '{% for i in (1..3000) %}{{ i }}{% endfor %}';

  expect(() => Array.from({ length: 10 }, () => render(text))).not.toThrow();
});

test.each([
  ['a piece written twice into itself', '{% capture a %}{{ a }}{{ a }}{% endcapture %}'.repeat(24)],
  ['a long piece written often', '{% for i in (1..5000) %}{{ a }}{% endfor %}'],
  ['a list', '{% for i in (1..5000) %}{{ list }}{% endfor %}'],
])('%s outgrows no limit', (_, text) => {
  const begun = `{% capture a %}${'x'.repeat(80)}{% endcapture %}${text}{{ a }}`;

  expect(() => render(begun, { list: ['y'.repeat(50)] })).toThrow('output limit exceeded');
});

test('a date is written as it is', () => {
  const now = new Date(0);

  expect(render('{{ now }}', { now })).toBe(String(now));
});

test('values are written as Liquid writes them', () => {
  const text =
    '{{ none }}|{{ list }}|{{ yes }}|{{ n }}{% capture a %}{{ n }}{% endcapture %}{{ a }}';

  expect(render(text, { none: null, list: ['a', 1, ['b']], yes: true, n: 0.5 })).toBe(
    '|a1b|true|0.50.5',
  );
});
