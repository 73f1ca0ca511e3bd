import { Liquid } from 'liquidjs';
import { renderInSteps } from './render-steps';

const engine = new Liquid({ memoryLimit: 100_000, templates: {} });
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
])('%s stops', (text) => {
  expect(() => render(text)).toThrow('too many steps');
});

test('one rendering does not use up the steps of the next', () => {
  const text = '{% for i in (1..3000) %}{{ i }}{% endfor %}';

  expect(() => Array.from({ length: 10 }, () => render(text))).not.toThrow();
});
