import { messages as campaigns } from '../../src/web/console/campaigns/locale.zh-CN';
import { messages as inbox } from '../../src/web/console/conversations/locale.zh-CN';
import { messages as people } from '../../src/web/console/people/locale.zh-CN';
import { messages as promotions } from '../../src/web/console/red-packets/locale.zh-CN';
import { messages as replies } from '../../src/web/console/replies/locale.zh-CN';
import { messages as segments } from '../../src/web/console/segments/locale.zh-CN';
import {
  describeWithBrowser,
  openDesk,
  takePicture,
  type Desk,
  type WatchedPage,
} from '../support/browser';

describeWithBrowser('an installation with nothing in it', () => {
  let desk: WatchedPage;
  let open: Desk['open'];
  let close: Desk['close'];

  beforeAll(async () => {
    ({ desk, open, close } = await openDesk({ DEMO: 'off' }));
  }, 400_000);
  afterAll(() => close());

  test('says what each place is for and offers the first step', async () => {
    const invitations: [string, string][] = [
      ['/people', people['people.empty-title']],
      ['/conversations', inbox['conversations.none-all']],
      ['/conversations/canned-replies', inbox['canned.empty-title']],
      ['/replies/rules', replies['rules.empty-title']],
      ['/replies/faqs', replies['faqs.empty-title']],
      ['/segments', segments['segments.empty-title']],
      ['/campaigns', campaigns['campaigns.empty-title']],
      ['/red-packets', promotions['promotions.empty-title']],
    ];
    const uninviting: string[] = [];

    for (const [path, title] of invitations) {
      await open(path);
      const place = desk.page.locator('.empty:visible', { hasText: title });
      const steps = await place.locator('button, a').count();
      if (steps === 0) uninviting.push(path);
      await takePicture(desk.page, `empty${path.replaceAll('/', '-')}`);
    }
    for (const path of [
      '/',
      '/settings/accounts',
      '/settings/dead-letters',
      '/replies/media',
      '/replies/menus',
      '/outreach',
      '/wecom/ways',
      '/wecom/rooms',
      '/wecom/handovers',
      '/settings/models',
      '/campaigns/new',
      '/red-packets/new',
    ]) {
      await open(path);
      await takePicture(desk.page, `empty${path.replaceAll('/', '-')}`);
    }

    expect(uninviting).toEqual([]);
    expect(desk.troubles).toEqual([]);
  }, 90_000);
});
