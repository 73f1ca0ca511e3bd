import { onScopeDispose, ref, shallowRef } from 'vue';
import { learnBusinessTime } from '../../shared/i18n/clock';
import { SandboxGone } from '../client/call';
import { readMessage } from '../client/read-message';
import { addFault, advanceClock, clearFault, listFaults, readClock } from '../client/world';
import type { FaultRow, PhoneMessage } from '../view';

type News = {
  message: (message: PhoneMessage) => void;
  person: () => void;
  packet: (billNo: string) => void;
  event: (id: string) => void;
  wecom: () => void;
  back: () => void;
};

const retryMs = 3000;

/** The sandbox itself: is it there, what time is it, which faults are on, and what it tells without being asked. */
export function useWorld(news: News) {
  const gone = ref(false);
  const ready = ref(false);
  const faults = shallowRef<FaultRow[]>([]);
  const moving = ref(false);
  let stream: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  /** The page's "now" is the sandbox's, on the phone and everywhere else. */
  const setClock = (sandboxMs: number) => learnBusinessTime(new Date(sandboxMs).toISOString());

  /** Runs a call; a sandbox that does not answer turns the banner on instead of failing the caller. */
  async function reach<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (failure) {
      if (!(failure instanceof SandboxGone)) throw failure;
      lose();
      return undefined;
    }
  }

  function lose() {
    gone.value = true;
    clearTimeout(retry);
    retry = setTimeout(() => void open(), retryMs);
  }

  async function open() {
    clearTimeout(retry);
    try {
      setClock(await readClock());
      faults.value = await listFaults();
    } catch {
      return lose();
    }
    const wasGone = gone.value;
    gone.value = false;
    ready.value = true;
    listen();
    if (wasGone) news.back();
  }

  function listen() {
    if (stream && stream.readyState !== EventSource.CLOSED) return;
    stream = new EventSource('/sandbox/api/stream');
    const on = (name: string, take: (data: never) => void) =>
      stream?.addEventListener(name, (event) => take(JSON.parse(event.data as string) as never));
    on('message', (wire: Parameters<typeof readMessage>[0]) => news.message(readMessage(wire)));
    on('person', () => news.person());
    on('packet', ({ billNo }: { billNo: string }) => news.packet(billNo));
    on('wecom', () => news.wecom());
    on('event', ({ id }: { id: string }) => news.event(id));
    on('clock', ({ now: iso }: { now?: string }) => learnBusinessTime(iso ?? null));
    on('faults', () => void reach(async () => (faults.value = await listFaults())));
    let opened = false;
    stream.onopen = () => {
      if (opened) news.back();
      opened = true;
    };
    stream.onerror = () => {
      if (stream?.readyState === EventSource.CLOSED) lose();
      else void reach(readClock);
    };
  }

  async function advance(ms: number) {
    moving.value = true;
    try {
      const after = await reach(() => advanceClock(ms));
      if (after !== undefined) setClock(after);
    } finally {
      moving.value = false;
    }
  }

  const refreshFaults = () => reach(async () => (faults.value = await listFaults()));
  async function switchFault(wanted: { where: string; kind: string; rate: number }, on: boolean) {
    const rows = faults.value.filter(
      (row) => row.where === wanted.where && row.kind === wanted.kind,
    );
    await reach(async () => {
      if (on) await addFault(wanted);
      else for (const row of rows) await clearFault(row.id);
    });
    await refreshFaults();
  }
  async function dropFault(id?: string) {
    await reach(() => clearFault(id));
    await refreshFaults();
  }

  onScopeDispose(() => {
    clearTimeout(retry);
    stream?.close();
  });

  return {
    gone,
    ready,
    moving,
    faults,
    reach,
    open,
    advance,
    switchFault,
    dropFault,
    refreshFaults,
  };
}

export type World = ReturnType<typeof useWorld>;
