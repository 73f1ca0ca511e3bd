import { messages as people } from '../../src/web/console/people/locale.zh-CN';
import { messages as shared } from '../../src/web/shared/locales/zh-CN';
import { describeWithBrowser, openDesk, type Desk, type WatchedPage } from '../support/browser';

describeWithBrowser('what an address and a language show', () => {
  let desk: WatchedPage;
  let open: Desk['open'];
  let close: Desk['close'];

  beforeAll(async () => {
    ({ desk, open, close } = await openDesk());
  }, 400_000);
  afterAll(() => close());

  const pager = (range: RegExp) => desk.page.locator('.pager').filter({ hasText: range }).waitFor();

  test('a page of people is in the address: a reload, the way back and other filters', async () => {
    const { page } = desk;
    await open('/people');
    const first = await page.locator('tbody tr').first().innerText();
    for (const range of [/^51–100/, /^101–150/]) {
      await page.getByRole('button', { name: shared['page.next'] }).click();
      await pager(range);
    }
    const third = await page.locator('tbody tr').first().innerText();

    await page.reload();
    await pager(/^101–150/);
    expect(await page.locator('tbody tr').first().innerText()).toBe(third);
    await page.getByRole('button', { name: shared['page.previous'] }).click();
    await pager(/^51–100/);
    await page.goBack();
    await pager(/^101–150/);
    await page.getByRole('button', { name: people['people.state-following'] }).first().click();
    await pager(/^1–50/);
    expect(new URL(page.url()).search).toBe('?state=following');
    await page.goBack();
    await pager(/^51–100/);
    await page.goBack();
    await pager(/^1–50/);

    expect(await page.locator('tbody tr').first().innerText()).toBe(first);
    expect(desk.troubles).toEqual([]);
  }, 60_000);

  test('what needs somebody is said in the language that was chosen a moment ago', async () => {
    const { page } = desk;
    await open('/');
    const todo = page.locator('.todo__item p').first();
    expect(await todo.innerText()).toMatch(/\p{Script=Han}/u);

    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    await page.locator('.me').first().click();
    await page.getByText('English').click();
    await todo.filter({ hasText: /^[^\p{Script=Han}]+$/u }).waitFor();

    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
    await page.evaluate(() => localStorage.setItem('guanxi.locale', 'zh-CN'));
    expect(desk.troubles).toEqual([]);
  }, 60_000);

  test('an address of nobody says so once, and a list that failed does not ask what was pressed', async () => {
    const { page } = desk;
    await open('/people/01ARZ3NDEKTSV4RRFFQ69G5FAV');
    await page.getByRole('heading', { name: people['people.nobody-title'] }).waitFor();
    expect(await page.locator('main [role="alert"], main textarea, main input').count()).toBe(0);
    await page.getByRole('button', { name: people['people.nobody-list'] }).click();
    await pager(/^1–50/);

    await page.route('**/api/v1/segments?*', (route) => route.fulfill({ status: 500, body: '' }));
    await open('/segments');
    await page.getByRole('alert').filter({ hasText: shared['error.load'] }).waitFor();
    expect(await page.getByText(shared['error.unexpected']).count()).toBe(0);
  }, 60_000);
});
