import { DateTime } from 'luxon';
import { z } from 'zod';
import type { Kit } from '../kernel/kit';
import { text } from '../kernel/text';
import { handOverOf } from '../relationships';
import {
  knownFriends,
  listTasks,
  questionsOf,
  reasonsFor,
  stages,
  suggestScript,
  type KnownFriend,
  type Reason,
} from '../sales';
import { endOf, type Friend } from './friend-of';
import { headlineOf } from './headline';
import type { Caller, PeopleDoor, Person, TimelineLine } from './people-door';
import { repOf } from './rep-of';
import { renderFor } from './script-variables';
import {
  instant,
  iso,
  presentStage,
  presentTask,
  StageView,
  TaskView,
  tell,
  Told,
  untilOf,
} from './views';

export const LineView = z.object({
  id: z.string(),
  at: z.string(),
  kind: z.string(),
  title: z.string(),
  accountId: z.string(),
  identityId: z.string(),
  params: z.record(z.string(), z.unknown()),
  ref: z.object({ kind: z.string(), id: z.string() }).nullable(),
});
export const FieldView = z.object({
  key: z.string(),
  name: z.string(),
  type: z.string(),
  options: z.array(z.string()),
  value: z.union([z.string(), z.number(), z.null()]),
});

export const ProfileView = z.object({
  externalUserId: z.string(),
  personId: z.string(),
  name: z.string(),
  named: z.boolean(),
  avatar: z.string().nullable(),
  company: z.string().nullable(),
  position: z.string().nullable(),
  headline: z.array(Told),
  link: z.object({
    state: z.string(),
    firstAddedAt: instant,
    addedAt: instant,
    endedAt: instant,
    addCount: z.number(),
    addWay: z.string().nullable(),
    source: z.string().nullable(),
    remark: z.string().nullable(),
  }),
  stage: StageView.nullable(),
  stages: z.array(z.object({ code: z.string(), name: z.string() })),
  followers: z.array(
    z.object({
      accountName: z.string(),
      state: z.string(),
      followedAt: instant,
      unfollowedAt: instant,
      followCount: z.number(),
      optedOut: z.boolean(),
      source: z.object({
        kind: z.string().nullable(),
        scene: z.string().nullable(),
        name: z.string().nullable(),
      }),
    }),
  ),
  reps: z.array(
    z.object({
      userId: z.string(),
      name: z.string().nullable(),
      state: z.string(),
      addedAt: instant,
      endedAt: instant,
      isYou: z.boolean(),
    }),
  ),
  joins: z.array(z.object({ reason: z.string(), text: z.string(), at: z.string() })),
  tags: z.array(z.object({ id: z.string(), name: z.string() })),
  fields: z.array(FieldView),
  next: Told.extend({
    why: z.array(Told),
    suggestion: z.object({ scriptId: z.string(), title: z.string(), text: z.string() }).nullable(),
    /** The question that waits, where the step is to answer it. */
    question: z.object({ id: z.string(), text: z.string() }).nullable(),
  }).nullable(),
  history: z.array(LineView),
  asked: z.array(
    z.object({
      id: z.string(),
      at: z.string(),
      text: z.string(),
      answered: z.boolean(),
      answer: z.string().nullable(),
      by: z.string().nullable(),
      rep: z.string().nullable(),
    }),
  ),
  recent: z.array(LineView),
  notes: z.array(z.object({ id: z.string(), at: z.string(), text: z.string(), by: z.string() })),
  tasks: z.array(TaskView),
  receivedFen: z.number(),
  lastActiveAt: instant,
  asOf: z.string(),
});
type Profile = z.output<typeof ProfileView>;

const historyKinds = [
  ...['followed', 'returned', 'unfollowed', 'opted-out', 'opted-in', 'joined', 'unjoined'],
  ...[
    'friend-added',
    'friend-half-added',
    'friend-accepted',
    'friend-back',
    'friend-elsewhere',
    'friend-transferred',
    'handover-done',
  ],
  ...['friend-deleted-by-customer', 'friend-deleted-by-rep', 'friend-gone'],
  ...['room-joined', 'room-left'],
].join(',');

/** Everything the first screen shows about one customer, in one answer. */
export async function readProfile(
  kit: Kit,
  door: PeopleDoor,
  caller: Caller,
  friend: Friend,
): Promise<Profile> {
  const { actor, locale } = caller;
  const rep = repOf(actor);
  const now = kit.clock.business();
  const { personId } = friend;
  const end = endOf(friend);
  const until = untilOf(end);
  const [person, history, recent, notes, tasks, fields, [known], handOver] = await Promise.all([
    door.person(caller, personId),
    door.timeline(caller, personId, { kind: historyKinds, limit: 20, ...until }),
    door.timeline(caller, personId, { limit: 5, ...until }),
    door.timeline(caller, personId, { kind: 'note', limit: 20, ...until }),
    listTasks(kit, rep, { state: 'open', identityId: friend.identityId, limit: 50 }),
    readFields(kit),
    knownFriends(kit, rep, friend.linkId),
    handOverOf(kit.db.read, friend.linkId),
  ]);
  const identityIds = [...person.followers, ...person.contacts].map((one) => one.identityId);
  const asked = await questionsOf(kit.db.read, identityIds);
  const mine = person.contacts.find(({ identityId }) => identityId === friend.identityId);
  const own = person.contacts.filter(({ accountId }) => accountId === rep.accountId);
  const profile: Profile = {
    externalUserId: friend.externalUserId,
    personId,
    name: person.name,
    named: person.named,
    avatar: known?.avatar ?? null,
    company: mine?.company ?? null,
    position: mine?.position ?? null,
    headline: headlineOf(friend, person.followers, {
      ...{ now, zone: kit.settings.orgZone, handOver },
    }).map((one) => tell(locale, one)),
    link: {
      state: friend.state,
      firstAddedAt: iso(friend.firstAddedAt),
      addedAt: iso(friend.addedAt),
      endedAt: iso(friend.endedAt),
      addCount: friend.addCount,
      addWay: friend.addWay,
      source: mine?.reps.find(({ userId }) => userId === rep.userId)?.wayName ?? friend.source,
      remark: friend.remark,
    },
    stage: presentStage(locale, known?.stage ?? null, known?.stageAt ?? null),
    stages: stages.map((code) => ({ code, name: text(locale, `stage.${code}`) })),
    followers: person.followers.map((one) => ({
      accountName: one.accountName,
      state: one.state,
      followedAt: one.followedAt,
      unfollowedAt: one.unfollowedAt,
      followCount: one.followCount,
      optedOut: one.optedOut,
      source: one.source,
    })),
    reps: own
      .flatMap(({ reps }) => reps)
      .map((one) => ({
        userId: one.userId,
        name: one.name,
        state: one.state,
        addedAt: one.addedAt,
        endedAt: one.endedAt,
        isYou: one.userId === rep.userId,
      })),
    joins: person.joins.map(({ reason, text: why, at }) => ({ reason, text: why, at })),
    tags: person.tags,
    fields: fieldsOf(person, fields),
    next: await nextStep(kit, caller, person, known),
    history: history.items,
    asked: asked.slice(0, 10).map(({ at, ...question }) => ({ at: iso(at) ?? '', ...question })),
    recent: recent.items,
    notes: notes.items.map(presentNote),
    tasks: tasks.map((task) => presentTask(task, now)),
    receivedFen: person.receivedFen,
    lastActiveAt: person.lastActiveAt,
    asOf: new Date(now).toISOString(),
  };
  return end === undefined ? profile : asItWas(profile, end);
}

/** What a rep may still see of a former friend: nothing that tells how they live on without them. */
function asItWas(profile: Profile, end: number): Profile {
  const last = new Date(end).toISOString();
  return {
    ...profile,
    followers: [],
    joins: [],
    tags: [],
    fields: [],
    next: null,
    reps: profile.reps.filter((one) => one.isYou),
    asked: profile.asked.filter(({ at }) => at <= last),
    receivedFen: 0,
    lastActiveAt: null,
  };
}

/** The most pressing reason, the others beneath it, and the words that would answer. */
async function nextStep(
  kit: Kit,
  caller: Caller,
  person: Person,
  known: KnownFriend | undefined,
): Promise<Profile['next']> {
  const now = kit.clock.business();
  const midnight = DateTime.fromMillis(now, { zone: kit.settings.orgZone })
    .startOf('day')
    .toMillis();
  const reasons: Reason[] = known ? reasonsFor(known.facts, { now, midnight }) : [];
  const [first, ...others] = reasons;
  if (!known || !first) return null;
  const { unanswered } = known.facts;
  const question = first.code === 'next.unanswered' ? unanswered : null;
  const script = question && (await suggestScript(kit, repOf(caller.actor), question.text));
  const rendered = script && renderFor(kit, caller, person, script.body);
  return {
    ...tell(caller.locale, first),
    why: others.map((one) => tell(caller.locale, one)),
    suggestion:
      script && rendered && 'text' in rendered
        ? { scriptId: script.id, title: script.title, text: rendered.text }
        : null,
    question: question && { id: question.id, text: question.text },
  };
}

type FieldRow = { fieldKey: string; name: string; type: string; options: string };

export const readFields = (kit: Kit): Promise<FieldRow[]> =>
  kit.db.read.all<FieldRow>(
    `SELECT fieldKey, name, type, options FROM field_definition ORDER BY createdAt, id`,
  );

export const fieldsOf = (
  person: Pick<Person, 'fields'>,
  rows: readonly FieldRow[],
): z.output<typeof FieldView>[] =>
  rows.map(({ fieldKey: key, name, type, options }) => ({
    ...{ key, name, type, options: JSON.parse(options) as string[] },
    value: person.fields[key] ?? null,
  }));

function presentNote({ id, at, params }: TimelineLine) {
  const wordsOf = (value: unknown) => (typeof value === 'string' ? value : '');
  return { id, at, text: wordsOf(params['text']), by: wordsOf(params['by']) };
}
