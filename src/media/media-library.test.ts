import { AccountBook } from '../accounts';
import { onBothEngines } from '../../test/support/open-kit';
import { owner } from '../../test/support/serve-api';
import { MediaLibrary } from './media-library';
import { takeUpload } from './take-upload';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

onBothEngines('the media library', (open) => {
  test('has a place in the library while there is room for it', async () => {
    const kit = await open();
    Object.assign(kit.settings, { mediaMbPerAccount: 1 });
    const upload = (scope: string, nth: number, size: number) => {
      const bytes = Buffer.concat([png.subarray(0, 33), padded(nth, size), png.subarray(33)]);
      return takeUpload(kit, owner, { bytes, name: 'a.png', scope });
    };

    await upload('A', 1, 600_000);
    const beyond = upload('A', 2, 600_000);

    await expect(beyond).rejects.toMatchObject({
      status: 422,
      code: 'media_quota',
      params: { n: 1 },
    });
    await expect(upload('B', 2, 600_000)).resolves.toMatchObject({ isNew: true });
    await expect(upload('A', 1, 600_000)).resolves.toMatchObject({ isNew: false });
  });

  test("gives an account's pictures to no other account", async () => {
    const kit = await open();
    const put = async (scope: string) => {
      const { id } = await takeUpload(kit, owner, { bytes: png, name: 'a.png', scope });
      return `lib-${id}`;
    };
    const [ours, everyones] = [await put('A'), await put('all')];
    const library = await MediaLibrary.open(kit, await AccountBook.open(kit));

    const seen = (accountId: string) =>
      [ours, everyones, 'an id of WeChat'].map((one) => library.shelf(accountId).pictureUrl(one));

    expect(seen('A')).toEqual([expect.any(String), expect.any(String), 'an id of WeChat']);
    expect(seen('B')).toEqual([undefined, expect.any(String), 'an id of WeChat']);
  });
});

/** A chunk of pixels that nobody reads, as large as wanted. */
function padded(nth: number, size: number): Buffer {
  const made = Buffer.alloc(12 + size, nth);
  made.writeUInt32BE(size, 0);
  made.write('IDAT', 4, 'latin1');
  return made;
}
