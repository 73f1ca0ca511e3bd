import { nextTick, watch, type Ref } from 'vue';

const nearEndPx = 60;

/**
 * A list with the newest at its foot: opens there and goes along, unless somebody has scrolled up to read.
 * `last` names the newest line, and nothing while none is shown.
 */
export function useListEnd(list: Ref<HTMLElement | undefined>, last: () => string | undefined) {
  let follows = true;
  const scrolled = () => {
    const box = list.value;
    follows = !box || box.scrollHeight - box.scrollTop - box.clientHeight < nearEndPx;
  };
  const settle = () => {
    if (follows) list.value?.scrollTo({ top: list.value.scrollHeight });
  };
  const follow = () => (follows = true);
  watch(last, async (_now, before) => {
    if (before === undefined) follow();
    await nextTick();
    settle();
  });
  return { scrolled, settle, follow };
}
