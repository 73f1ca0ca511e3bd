import { computed, ref, shallowRef } from 'vue';
import { errorText } from '../../shared/api/api-error';
import { uploadMedia, type Media } from './media';

/** Files on their way, one after the other; what was refused is told by the file's name. */
export function useUploads(onDone: (added: Media[]) => void) {
  const total = ref(0);
  const done = ref(0);
  const failures = shallowRef<{ name: string; text: string }[]>([]);
  const isBusy = computed(() => done.value < total.value);

  async function send(files: readonly File[], more: { appId?: string; kind?: 'thumb' } = {}) {
    if (isBusy.value || files.length === 0) return;
    total.value = files.length;
    done.value = 0;
    failures.value = [];
    const added: Media[] = [];
    for (const file of files) {
      try {
        added.push(await uploadMedia(file, more));
      } catch (error) {
        failures.value = [...failures.value, { name: file.name, text: errorText(error) }];
      }
      done.value += 1;
    }
    onDone(added);
  }

  return { total, done, failures, isBusy, send };
}
