import { daysSince, numberText, relativeText } from '../../shared/i18n/format';
import { t, textOr } from '../../shared/i18n/i18n';
import type { Contact, Follower, Person, RepLink, Source } from '../../shared/api/types';

export type Tone = 'good' | 'idle' | 'hollow';

/** The server put a pseudonym where their outside id was. */
export const isErased = (person: Person): boolean =>
  [
    ...person.followers.map(({ openid }) => openid),
    ...person.contacts.map(({ externalUserId }) => externalUserId),
  ].every((id) => id.startsWith('erased:'));

export function followerTone(follower: Follower): Tone {
  if (follower.state === 'following') return 'good';
  return follower.state === 'unfollowed' ? 'hollow' : 'idle';
}

/** 「已关注 214 天」「取关 3 天」 */
export function followerText(follower: Follower): string {
  if (follower.state === 'following' && follower.followedAt !== null) {
    const n = daysSince(follower.followedAt);
    return n === 0 ? t('people.followed-today') : t('people.followed-days', { n: numberText(n) });
  }
  if (follower.state === 'unfollowed' && follower.unfollowedAt !== null) {
    const n = daysSince(follower.unfollowedAt);
    return n === 0 ? t('people.left-today') : t('people.left-days', { n: numberText(n) });
  }
  return t(`people.state-${follower.state}`);
}

export function linkTone({ state }: RepLink): Tone {
  if (state === 'friend') return 'good';
  return state === 'half' ? 'idle' : 'hollow';
}

/** 「好友 31 天」「3 天前被对方删除或拉黑」 */
export function linkText({ state, addedAt, endedAt }: RepLink): string {
  const at = state === 'friend' || state === 'half' ? addedAt : endedAt;
  if (at === null) return t(`people.link-${state}`);
  const n = daysSince(at);
  return n === 0
    ? t(`people.link-${state}-today`)
    : t(`people.link-${state}-days`, { n: numberText(n) });
}

export function contactTone({ state }: Contact): Tone {
  if (state === 'following') return 'good';
  return state === 'unfollowed' ? 'hollow' : 'idle';
}

/** The rep who is a friend now, else whoever was last. */
export function contactText({ reps }: Contact): string {
  const rep = reps.find(({ state }) => state === 'friend') ?? reps.at(-1);
  return rep ? `${rep.name ?? rep.userId} · ${linkText(rep)}` : '';
}

/** Where someone came from: the name of the code, else the way in WeChat's words, else nothing. */
export function sourceText(source: Source | null | undefined): string {
  if (!source) return '';
  if (source.name !== null && source.name !== '') return source.name;
  if (source.kind === null || source.kind === '') return source.scene ?? '';
  const kind = textOr(`people.source-${source.kind}`, source.kind);
  return source.scene ? `${kind} · ${source.scene}` : kind;
}

/** Second line under a name: what tells two people without a name apart. */
export function secondLine(person: Person): string {
  const follower = person.followers[0];
  const contact = person.contacts[0];
  if (!follower) return contact ? contactText(contact) : '';
  const parts = [followerText(follower)];
  if (follower.followCount > 1) parts.push(t('people.came-back', { n: follower.followCount - 1 }));
  return parts.join(' · ');
}

export function headLine(person: Person): string {
  const source = sourceText(person.followers[0]?.source);
  const active =
    person.lastActiveAt === null
      ? ''
      : t('people.active', { time: relativeText(person.lastActiveAt) });
  return [source, active].filter((part) => part !== '').join(' · ');
}
