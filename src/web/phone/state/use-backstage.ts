import { computed, ref, shallowRef } from 'vue';
import { readEvent, repeatEvent } from '../client/events';
import type { BackstageEvent, PhoneMessage } from '../view';

/** The panel behind one chosen message: closed by default, follows the choice, reads the event again when it moves on. */
export function useBackstage() {
  const open = ref(false);
  const chosen = shallowRef<PhoneMessage>();
  const event = shallowRef<BackstageEvent>();
  const state = ref<'idle' | 'loading' | 'failed'>('idle');
  const repeating = ref(false);
  const chosenId = computed(() => (open.value ? chosen.value?.id : undefined));

  async function load() {
    const id = chosen.value?.eventId;
    if (!id) {
      event.value = undefined;
      state.value = 'idle';
      return;
    }
    if (event.value?.id !== id) {
      event.value = undefined;
      state.value = 'loading';
    }
    try {
      const found = await readEvent(id);
      if (chosen.value?.eventId !== id) return;
      event.value = found;
      state.value = 'idle';
    } catch {
      if (chosen.value?.eventId === id) state.value = 'failed';
    }
  }

  function choose(message: PhoneMessage) {
    chosen.value = message;
    open.value = true;
    void load();
  }
  function clear() {
    chosen.value = undefined;
    event.value = undefined;
    state.value = 'idle';
  }

  /** Delivers the same callback once more; the new attempt is then the last one of the event. */
  async function repeat() {
    const id = event.value?.id;
    if (!id) return;
    repeating.value = true;
    try {
      await repeatEvent(id);
      await load();
    } finally {
      repeating.value = false;
    }
  }

  return { open, chosen, chosenId, event, state, repeating, choose, clear, load, repeat };
}

export type Backstage = ReturnType<typeof useBackstage>;
