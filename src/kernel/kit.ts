import type { Cache } from './cache/cache';
import type { Clock } from './clock';
import type { Db } from './database';
import type { HttpClient } from './http-client';
import type { NewId } from './ids';
import type { Log } from './log';
import type { Random } from './random';
import type { Schedules } from './schedule';
import type { Seal } from './seal';
import type { Settings } from './settings';
import type { Versions } from './versions';
import type { Bell, Work } from './work';

/** What the world lends a use case. Functions ask for the slice they need: `Pick<Kit, 'db' | 'clock'>`. */
export type Kit = {
  settings: Settings;
  db: Db;
  cache: Cache;
  clock: Clock;
  newId: NewId;
  random: Random;
  log: Log;
  http: HttpClient;
  seal: Seal;
  bell: Bell;
  work: Work;
  schedules: Schedules;
  versions: Versions;
};
