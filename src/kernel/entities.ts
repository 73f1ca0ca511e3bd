import { AuditEntry } from './access';
import { IdempotentRequest } from './http';
import { Schedule, ScheduleTick } from './schedule';
import { Job, Progress } from './work';
import { SettingVersion } from './setting-version.entity';
import { WorldClockRow } from './world-clock.entity';

export const kernelEntities = [
  AuditEntry,
  IdempotentRequest,
  Job,
  Progress,
  Schedule,
  ScheduleTick,
  SettingVersion,
  WorldClockRow,
];
