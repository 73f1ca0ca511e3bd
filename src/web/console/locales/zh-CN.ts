import { messages as shared } from '../../shared/locales/zh-CN';

/** Every area keeps its words beside its pages, in `locale.zh-CN.ts`. */
const areas = import.meta.glob<{ messages: Record<string, string> }>('../*/locale.zh-CN.ts', {
  eager: true,
});

export const messages: Record<string, string> = Object.assign(
  {},
  shared,
  ...Object.values(areas).map((area) => area.messages),
);
