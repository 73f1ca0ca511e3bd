import { Entity } from 'typeorm';
import { IdColumn, IdTextColumn, InstantColumn } from '../../kernel/database';

/** What an import wrote, so that the next one can tell what has been changed in the console since. */
@Entity('template_origin')
export class TemplateOrigin {
  /** `<account id or all>:rule:<key>`, `faq:<id>`, `<account id>:welcome`. */
  @IdColumn(128) place!: string;
  /** SHA-256 of the content. */
  @IdTextColumn(64) hash!: string;
  @InstantColumn() importedAt!: number;
}
