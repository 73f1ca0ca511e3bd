import { onScopeDispose, ref, watch } from 'vue';

const REOPEN_MS = 3_000;

/**
 * Listens to a server-sent stream while the address is not null. The browser reconnects by itself, except after an
 * answer that is no stream, as a proxy gives it while the server starts: then we do.
 * Handlers get the parsed JSON of `data`.
 */
export function useSse(
  address: () => string | null,
  handlers: Readonly<Record<string, (data: unknown) => void>>,
) {
  const connected = ref(false);
  let source: EventSource | null = null;

  let again: ReturnType<typeof setTimeout> | undefined;

  function close(): void {
    clearTimeout(again);
    source?.close();
    source = null;
    connected.value = false;
  }

  function open(url: string): void {
    const opened = new EventSource(url);
    source = opened;
    opened.onopen = () => (connected.value = true);
    opened.onerror = () => {
      connected.value = false;
      if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
      clearTimeout(again);
      again = setTimeout(() => open(url), REOPEN_MS);
    };
    for (const [name, handle] of Object.entries(handlers)) {
      opened.addEventListener(name, (event) => {
        try {
          handle(JSON.parse((event as MessageEvent<string>).data));
        } catch {
          // A line that is no JSON is a keep-alive of some proxy.
        }
      });
    }
  }

  watch(
    address,
    (url) => {
      close();
      if (url !== null) open(url);
    },
    { immediate: true },
  );
  onScopeDispose(close);
  return { connected };
}
