export type { Bell } from './bell';
export { openInProcessBell } from './in-process-bell';
export { openBullmqBell } from './bullmq-bell';
export { concludeJob, enqueue, hurryJobs, type NewJob } from './enqueue';
export { Job } from './job.entity';
export { Progress } from './progress.entity';
export { advanceProgress, startProgress } from './progress';
export { replayJob } from './dead-letters';
export { mostTries, NoRetry, Work, type Task, type TaskHandler } from './worker';
