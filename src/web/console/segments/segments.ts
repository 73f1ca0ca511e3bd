import { api, type Page } from '../../shared/api/client';
import type { Person } from '../../shared/api/types';
import type { Rule } from './rule';

export interface Segment {
  id: string;
  name: string;
  rule: Rule;
  count: number | null;
  countedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface SegmentPreview {
  count: number;
  sample: Person[];
  tookMs: number;
  steps: { index: number; alone: number; left: number }[];
}

export type ValueType = 'none' | 'texts' | 'text' | 'number' | 'days' | 'date' | 'count';

export interface FieldOp {
  op: string;
  name: string;
  needsValue: boolean;
  valueType: ValueType;
  within?: 'days';
}

/** One entry of the closed list of what a segment may ask, named in the operator's language. */
export interface SegmentField {
  field: string;
  group: string;
  groupName: string;
  name: string;
  type: 'choice' | 'text' | 'number' | 'date' | 'event' | 'tag';
  ops: FieldOp[];
  /** `mark`: what is the matter with one that is no longer to be chosen. */
  options?: { value: string; name: string; mark?: string }[];
}

export type FieldBook = ReadonlyMap<string, SegmentField>;

export async function loadFieldBook(signal: AbortSignal): Promise<FieldBook> {
  const page = await api.get<Page<SegmentField>>('/segments/fields', { signal });
  return new Map(page.items.map((field) => [field.field, field]));
}

/** What sends to a segment: found in the lists of campaigns and promotions, newest first. */
export interface Use {
  kind: 'campaign' | 'promotion';
  id: string;
  name: string;
  to: string;
  /** It may still send: not ended, not cancelled. */
  isLive: boolean;
}

type Used = { id: string; name: string; segmentId: string | null; status: string };

const over = new Set(['finished', 'cancelled']);

async function usesOf(
  path: string,
  kind: Use['kind'],
  base: string,
  signal: AbortSignal,
): Promise<[string, Use][]> {
  const page = await api
    .get<Page<Used>>(path, { query: { limit: 200 }, signal })
    .catch(() => ({ items: [] as Used[] }));
  return page.items.map(({ id, name, segmentId, status }) => [
    segmentId ?? '',
    { kind, id, name, to: `${base}/${id}`, isLive: !over.has(status) },
  ]);
}

export async function loadUses(signal: AbortSignal): Promise<Map<string, Use[]>> {
  const found = await Promise.all([
    usesOf('/campaigns', 'campaign', '/campaigns', signal),
    usesOf('/promotions', 'promotion', '/red-packets', signal),
  ]);
  const uses = new Map<string, Use[]>();
  for (const [segmentId, use] of found.flat()) {
    uses.set(segmentId, [...(uses.get(segmentId) ?? []), use]);
  }
  return uses;
}
