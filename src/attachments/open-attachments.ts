import type { Attachment } from '../channels/wecom';
import type { Actor } from '../kernel/access';
import { marksFor, type Reader, type Tx } from '../kernel/database';
import { InvalidInput } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import { itemIdOf, type MediaLibrary, type MediaUse } from '../media';
import { momentMedia } from './moment-media';
import { filesIn, type AnyAttachment } from './attachment.schema';
import { uploadCopy, type AttachmentParts, type Copy, type CopyKey } from './upload-copy';
import type { Purpose } from './wecom-copy.entity';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'versions' | 'work' | 'schedules' | 'settings'>;
export type AttachmentUse = {
  accountId: string;
  specs: readonly AnyAttachment[];
  purpose?: Purpose;
  /** What an operator calls it. */
  what: Pick<MediaUse, 'kind' | 'id' | 'name'>;
  /** False: WeCom need not hold it. */
  isKept?: boolean;
  /** False: it can do without, as a draft can. */
  isNeeded?: boolean;
};
export type Attachments = ReturnType<typeof openAttachments>;

const uploadKind = 'upload-to-wecom';
const renewalKind = 'wecom-copies';
/** A copy is renewed while it still has this long to live. */
const renewBeforeMs = 12 * 3_600_000;
/** Nobody sends what dies on the way. */
const supplyBeforeMs = 600_000;

/**
 * Keeps WeCom supplied with the files that messages need, so that a greeting with seconds to live waits for no
 * upload: at once when something is written, and again half a day before the three days are over.
 */
export function openAttachments(kit: Part, parts: AttachmentParts) {
  const users: ((tx: Tx) => Promise<AttachmentUse[]>)[] = [];

  kit.work.on(uploadKind, async ({ payload }) => {
    const key = payload as CopyKey;
    const [known] = await copiesOf(kit.db.read, key.accountId, key.purpose, [key.itemId]);
    if (known && isLive(known, kit.clock.business() + renewBeforeMs)) return;
    await uploadCopy(kit, parts, key);
  });
  kit.schedules.on(renewalKind, async (tx) => {
    for (const use of users)
      for (const { accountId, specs, purpose, isKept = true } of await use(tx))
        if (isKept) await want(tx, accountId, specs, purpose);
  });

  /** Asks for whatever WeCom does not hold long enough; one row a file, however often it is asked for. */
  async function want(
    tx: Tx,
    accountId: string,
    specs: readonly AnyAttachment[],
    purpose: Purpose = 'message',
  ): Promise<void> {
    const rows = idsOf(specs).map((itemId) => ({
      ...{ id: kit.newId(), kind: uploadKind, accountId, priority: 3 },
      ...{
        payload: { itemId, accountId, purpose },
        dedupeKey: `${itemId}:${accountId}:${purpose}`,
      },
      ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system() },
    }));
    if (rows.length > 0) await enqueue(tx, rows);
  }

  /** What WeCom calls each of the files; null: it does not hold it. */
  async function heldBy(accountId: string, specs: readonly AnyAttachment[], purpose: Purpose) {
    const copies = await copiesOf(kit.db.read, accountId, purpose, idsOf(specs));
    const now = kit.clock.business();
    return (reference: string): string | null => {
      const copy = copies.find(({ itemId }) => itemId === itemIdOf(reference));
      return copy && isLive(copy, now) ? copy.mediaId : null;
    };
  }

  async function upload(accountId: string, specs: readonly AnyAttachment[], purpose: Purpose) {
    const copies = await copiesOf(kit.db.read, accountId, purpose, idsOf(specs));
    const soon = kit.clock.business() + supplyBeforeMs;
    for (const itemId of idsOf(specs)) {
      const copy = copies.find((one) => one.itemId === itemId);
      if (!copy || !isLive(copy, soon))
        await uploadCopy(kit, parts, { itemId, accountId, purpose });
    }
  }

  /** As WeCom takes them now; those whose file is not there are left out and counted. */
  async function ready(
    accountId: string,
    specs: readonly AnyAttachment[],
  ): Promise<{ attachments: Attachment[]; missing: number }> {
    const mediaIdOf = await heldBy(accountId, specs, 'message');
    const attachments = specs.flatMap((spec) => wireForm(spec, mediaIdOf));
    return { attachments, missing: specs.length - attachments.length };
  }

  return {
    want,
    /** Who keeps attachments for later says which, so that their files stay alive. */
    usedBy: (use: (tx: Tx) => Promise<AttachmentUse[]>) => void users.push(use),

    /** Who names which piece of the library, so that nobody deletes what somebody was promised. */
    uses: async (tx: Tx): Promise<Map<string, MediaUse[]>> => {
      const found = new Map<string, MediaUse[]>();
      for (const use of users)
        for (const { accountId, specs, what, isNeeded = true } of await use(tx))
          for (const itemId of idsOf(specs))
            found.set(itemId, [...(found.get(itemId) ?? []), { ...what, accountId, isNeeded }]);
      return found;
    },

    /** Refuses what is not in the library, is of another kind, or is nothing for WeCom. */
    check: async (actor: Actor, specs: readonly AnyAttachment[], path: string): Promise<void> => {
      await kit.versions.check(true);
      for (const [index, spec] of specs.entries()) {
        if (spec.kind === 'link') continue;
        const [field, file] = 'cover' in spec ? ['cover', spec.cover] : ['media', spec.media];
        const code = problemOf(parts.library, actor, file, spec.kind);
        if (code === undefined) continue;
        const errors = [{ path: `${path}.${String(index)}.${field}`, code }];
        throw new InvalidInput('input_invalid', { errors });
      }
    },

    /** Uploads what WeCom does not hold, now: for who is about to send and can wait. */
    supply: async (accountId: string, specs: readonly AnyAttachment[]) => {
      await upload(accountId, specs, 'message');
      return ready(accountId, specs);
    },

    /** The same for a moment, which takes files of another upload and hangs them on in its own way. */
    supplyMoment: async (accountId: string, specs: readonly AnyAttachment[]) => {
      await upload(accountId, specs, 'moment');
      return momentMedia(specs, await heldBy(accountId, specs, 'moment'));
    },

    ready,

    /** How far each file is on its way to WeCom. */
    states: async (
      accountId: string,
      specs: readonly AnyAttachment[],
      purpose: Purpose = 'message',
    ) => {
      const copies = await copiesOf(kit.db.read, accountId, purpose, idsOf(specs));
      const now = kit.clock.business();
      return filesIn(specs).map((reference) => {
        const copy = copies.find(({ itemId }) => itemId === itemIdOf(reference));
        const state =
          copy && isLive(copy, now) ? 'live' : copy?.trouble ? 'trouble' : ('waiting' as const);
        return { reference, state, trouble: copy?.trouble ?? null } as const;
      });
    },

    /** Every hour: what is in use is renewed before WeCom forgets it. */
    plan: (tx: Tx) =>
      kit.schedules.save(tx, {
        ...{ id: renewalKind, kind: renewalKind, ownerId: '', cron: '23 * * * *' },
        ...{ zone: kit.settings.orgZone, missed: 'once', active: true },
      }),
  };
}

const idsOf = (specs: readonly AnyAttachment[]): string[] =>
  filesIn(specs).flatMap((reference) => itemIdOf(reference) ?? []);

const isLive = ({ mediaId, expiresAt }: Copy, until: number): boolean =>
  mediaId !== null && expiresAt !== null && expiresAt > until;

async function copiesOf(
  read: Reader,
  accountId: string,
  purpose: Purpose,
  itemIds: readonly string[],
): Promise<Copy[]> {
  if (itemIds.length === 0) return [];
  return read.all<Copy>(
    `SELECT itemId, mediaId, expiresAt, trouble FROM wecom_copy
     WHERE accountId = ? AND purpose = ? AND itemId IN (${marksFor(itemIds)})`,
    [accountId, purpose, ...itemIds],
  );
}

function problemOf(
  library: MediaLibrary,
  actor: Actor,
  reference: string,
  kind: Exclude<AnyAttachment['kind'], 'link'>,
): string | undefined {
  const item = library.item(itemIdOf(reference) ?? '');
  const sees =
    item?.scope === 'all' ||
    actor.accountIds === 'all' ||
    actor.accountIds.includes(item?.scope ?? '');
  const wanted = kind === 'video' || kind === 'file' ? kind : 'image';
  if (!item || !sees || item.kind !== wanted) return 'media_missing';
  return item.mime === 'image/gif' ? 'media_not_for_wecom' : undefined;
}

function wireForm(
  spec: AnyAttachment,
  mediaIdOf: (reference: string) => string | null,
): Attachment[] {
  if (spec.kind === 'link') {
    const { title, url, description, pictureUrl } = spec;
    return [
      {
        kind: 'link',
        title,
        url,
        ...(description && { description }),
        ...(pictureUrl && { pictureUrl }),
      },
    ];
  }
  if (spec.kind === 'covered-link') return [];
  const mediaId = mediaIdOf(spec.kind === 'mini-program' ? spec.cover : spec.media);
  if (mediaId === null) return [];
  if (spec.kind !== 'mini-program') return [{ kind: spec.kind, mediaId }];
  const { title, appId, page } = spec;
  return [{ kind: 'mini-program', title, appId, page, coverMediaId: mediaId }];
}
