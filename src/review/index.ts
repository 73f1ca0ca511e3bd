export { AnswerVersion } from './answer-version.entity';
export { batchNote } from './batches';
export { decidingOf } from './decide.operations';
export { diffContent } from './diff-content';
export { needsReview, requirePublisher } from './go-live';
export { keepLive, type MadeLive } from './keep-live';
export type { Author, First, Life, LifeKit, PlanningKit, Thing, Trial } from './life';
export { lifeOperations, type LifeParts } from './life.operations';
export { presentVersion, versionFields } from './present-version';
export { registerPublishing } from './publish-draft';
export { bringBack, deleteThing, saveChange, saveNew, type Wish } from './save';
export { OPEN_STATES, VERSION_STATES, type VersionState } from './version-states';
export {
  changeVersion,
  contentIn,
  holdRow,
  newestContent,
  NOTHING_KEPT,
  refuseMeanwhile,
  saveDraft,
  standingIn,
  standingOf,
  standingsIn,
  standingsOf,
  type Standing,
  type VersionRow,
} from './version.queries';
export { reviewOperations } from './review.operations';
export type { Reviewed } from './reviewed';
export { countWaiting } from './waiting';
