import { Entity } from 'typeorm';
import { CountColumn, IdColumn } from './database';

@Entity('setting_version')
export class SettingVersion {
  @IdColumn(64) topic!: string;
  @CountColumn() version!: number;
}
