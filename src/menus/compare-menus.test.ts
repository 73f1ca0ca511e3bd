import { compareMenus } from './compare-menus';
import type { DraftButton, DraftEntry } from './menu.schema';

const button = (name: string, more: Partial<DraftButton> = {}): DraftButton => ({
  ...{ name, action: 'click', key: name, url: '' },
  ...{ appId: '', path: '', mediaId: '', articleId: '', ...more },
});
const entry = (name: string, buttons: DraftButton[] = []): DraftEntry => ({
  ...button(name),
  buttons,
});

test('a menu does not differ from itself', () => {
  const menu = [entry('a'), entry('b', [button('c'), button('c')])];
  expect(compareMenus(menu, menu)).toEqual([]);
  expect(compareMenus([], [])).toEqual([]);
});

test('what came, went, moved, was renamed or does something else is told once', () => {
  const page = { action: 'view', key: '', url: 'https://a.example' } as const;
  const before = [entry('news'), entry('more', [button('shop', page), button('help')])];
  const after = [
    entry('more', [button('store', page), button('help', { key: 'HELP' })]),
    entry('gifts'),
  ];

  const told = compareMenus(before, after).map(({ kind, where, before: was, after: now }) => [
    ...[kind, where, was, now],
  ]);

  expect(told).toEqual([
    ['moved', 'more', null, null],
    ['added', 'more / store', null, 'view https://a.example'],
    ['changed', 'more / help', 'CLICK:help', 'CLICK:HELP'],
    ['added', 'gifts', null, 'CLICK:gifts'],
    ['removed', 'news', 'CLICK:news', null],
    ['removed', 'more / shop', 'view https://a.example', null],
  ]);
  expect(
    compareMenus([entry('shop', [button('a', page)])], [entry('shop', [button('b', page)])]),
  ).toEqual([{ kind: 'changed', where: 'shop / b', before: 'shop / a', after: 'shop / b' }]);
});
