import type { Cluster } from '../support/cluster';

type CallRow = { endpoint: string; result: string; count: number };

/** How often WeChat handed out a token, by the sandbox's own books. */
export async function tokenRefreshes(cluster: Cluster): Promise<number> {
  const { items } = await cluster.driver<{ items: CallRow[] }>('GET', '/books/calls?limit=200');
  return items
    .filter(({ endpoint, result }) => /token/.test(endpoint) && result === 'ok')
    .reduce((sum, row) => sum + row.count, 0);
}
