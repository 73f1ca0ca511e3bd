/** Random also where the page came without TLS, where `randomUUID` is missing. */
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

/**
 * A press that nobody answered keeps its Idempotency-Key: pressed again, it is still the same press. Any answer to
 * a write beside it (`/things/1/start` and `/things/1/pause`) ends it, because what is pressed then is meant anew.
 */
export function openPressKeys(newKey: () => string = randomKey) {
  const unanswered = new Map<string, { press: string; key: string }>();
  const placeOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
  return {
    keyOf(path: string, body: unknown): string {
      const press = `${path} ${JSON.stringify(body)}`;
      const before = unanswered.get(placeOf(path));
      if (before?.press === press) return before.key;
      const key = newKey();
      unanswered.set(placeOf(path), { press, key });
      return key;
    },
    /** `code` of a problem, when it is one: a server that failed, or still works on it, has not answered. */
    answered(path: string, status: number, code = ''): void {
      if (status < 500 && code !== 'idempotency_in_progress') unanswered.delete(placeOf(path));
    },
  };
}
