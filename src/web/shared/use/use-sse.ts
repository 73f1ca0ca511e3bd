import { onScopeDispose, ref, watch } from 'vue';

/**
 * Listens to a server-sent stream while the address is not null; the browser reconnects by itself.
 * Handlers get the parsed JSON of `data`.
 */
export function useSse(
  address: () => string | null,
  handlers: Readonly<Record<string, (data: unknown) => void>>,
) {
  const connected = ref(false);
  let source: EventSource | null = null;

  function close(): void {
    source?.close();
    source = null;
    connected.value = false;
  }

  watch(
    address,
    (url) => {
      close();
      if (url === null) return;
      const opened = new EventSource(url);
      source = opened;
      opened.onopen = () => (connected.value = true);
      opened.onerror = () => (connected.value = false);
      for (const [name, handle] of Object.entries(handlers)) {
        opened.addEventListener(name, (event) => {
          try {
            handle(JSON.parse((event as MessageEvent<string>).data));
          } catch {
            // A line that is no JSON is a keep-alive of some proxy.
          }
        });
      }
    },
    { immediate: true },
  );
  onScopeDispose(close);
  return { connected };
}
