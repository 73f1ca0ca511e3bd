import { shallowRef, watch } from 'vue';
import { t } from '../../shared/i18n/i18n';
import { notify } from '../../shared/notices/notices';
import { previewUrl, type Media } from '../media/media';

/** A picture chosen for the next answer: a file of this computer, or a piece of the library. */
export interface Attached {
  key: string;
  name: string;
  /** Where the page shows it from. */
  url: string;
  from: { file: File } | { reference: string };
}

export const PICTURE_TYPES = ['image/jpeg', 'image/png'];
const MOST_BYTES = 10 * 1_048_576;
const MOST = 9;

/** What was chosen stays with its conversation while the page is open, like what was written. */
const kept = new Map<string, readonly Attached[]>();

export function useAttached(conversationId: string) {
  const pictures = shallowRef<readonly Attached[]>(kept.get(conversationId) ?? []);
  watch(pictures, (now) => {
    if (now.length === 0) kept.delete(conversationId);
    else kept.set(conversationId, now);
  });

  function add(more: readonly Attached[]): void {
    const room = MOST - pictures.value.length;
    if (more.length > room) notify(t('conversations.pictures-most', { n: MOST }));
    for (const left of more.slice(room)) forget(left);
    pictures.value = [...pictures.value, ...more.slice(0, room)];
  }

  /** What is no picture or too large is told at once; the server looks at the bytes again. */
  function attach(files: Iterable<File>): void {
    const fine: Attached[] = [];
    for (const file of files) {
      if (!PICTURE_TYPES.includes(file.type)) {
        notify(t('conversations.pictures-kind', { name: file.name }));
      } else if (file.size > MOST_BYTES) {
        notify(t('conversations.pictures-large', { name: file.name }));
      } else {
        const key = crypto.randomUUID();
        fine.push({ key, name: file.name, url: URL.createObjectURL(file), from: { file } });
      }
    }
    add(fine);
  }

  const attachMedia = ({ id, name, reference }: Media): void =>
    add([{ key: crypto.randomUUID(), name, url: previewUrl(id), from: { reference } }]);

  function detach(key: string): void {
    for (const one of pictures.value) if (one.key === key) forget(one);
    pictures.value = pictures.value.filter((one) => one.key !== key);
  }

  /** For sending: the place is empty afterwards. */
  function take(): readonly Attached[] {
    const taken = pictures.value;
    pictures.value = [];
    return taken;
  }
  const giveBack = (back: readonly Attached[]): void => {
    pictures.value = [...back, ...pictures.value];
  };

  return { pictures, attach, attachMedia, detach, take, giveBack };
}

/** The browser keeps a file's address until it is told otherwise. */
function forget({ url, from }: Attached): void {
  if ('file' in from) URL.revokeObjectURL(url);
}
