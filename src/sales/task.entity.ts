import { Entity, Index } from 'typeorm';
import { IdColumn, IdTextColumn, InstantColumn, TextColumn } from '../kernel/database';

const maybe = { nullable: true };

export const stages = ['new', 'talking', 'interested', 'bought', 'lost'] as const;
export type Stage = (typeof stages)[number];
export type TaskState = 'open' | 'done' | 'dropped';

/** What a rep keeps about one of their friends, beside what WeCom knows. */
@Entity('sales_link')
export class SalesLink {
  /** The staff link's id. */
  @IdColumn() linkId!: string;
  @TextColumn(16, maybe) stage!: Stage | null;
  @InstantColumn(maybe) stageAt!: number | null;
  /** Until then nothing is proposed. */
  @InstantColumn(maybe) laterUntil!: number | null;
}

/** Something a rep means to do, often for one customer. Due in business time. */
@Entity('sales_task')
@Index('ix_sales_task_rep', ['accountId', 'userId', 'state', 'dueAt'])
@Index('ix_sales_task_identity', ['identityId', 'state'])
export class SalesTask {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64) userId!: string;
  /** The app that reminds. */
  @IdTextColumn(16) agentId!: string;
  @IdTextColumn(26, maybe) identityId!: string | null;
  @TextColumn(200) title!: string;
  @TextColumn(8) state!: TaskState;
  @InstantColumn(maybe) dueAt!: number | null;
  @InstantColumn(maybe) remindedAt!: number | null;
  @InstantColumn(maybe) doneAt!: number | null;
  @InstantColumn() createdAt!: number;
}
