import { messages as shared } from '../../shared/locales/en';

/** Every area keeps its words beside its pages, in `locale.en.ts`. */
const areas = import.meta.glob<{ messages: Record<string, string> }>('../*/locale.en.ts', {
  eager: true,
});

export const messages: Record<string, string> = Object.assign(
  {},
  shared,
  ...Object.values(areas).map((area) => area.messages),
);
