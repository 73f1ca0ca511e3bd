import { Column, PrimaryColumn, type ColumnOptions, type ValueTransformer } from 'typeorm';

/** The words entities are written in; `schema.ts` has the same words for migrations. */
type Options = Pick<ColumnOptions, 'nullable' | 'default'>;

const wholeNumber: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: string | number | null) => {
    if (value === null) return null;
    const number = Number(value);
    if (!Number.isSafeInteger(number))
      throw new RangeError('a stored number is not a safe integer');
    return number;
  },
};

const yesOrNo: ValueTransformer = {
  to: (value: unknown) => (typeof value === 'boolean' ? Number(value) : value),
  from: (value: number | null) => (value === null ? null : value !== 0),
};

/** A ULID, or another key of ASCII letters. Part of the primary key. */
export const IdColumn = (length = 26) => PrimaryColumn({ type: 'varchar', length });
/** A text that is part of the primary key. */
export const TextKeyColumn = (length: number) => PrimaryColumn({ type: 'varchar', length });
/** A reference or an outside id: ASCII, compared byte for byte. */
export const IdTextColumn = (length = 26, options: Options = {}) =>
  Column({ type: 'varchar', length, ...options });
export const TextColumn = (length: number, options: Options = {}) =>
  Column({ type: 'varchar', length, ...options });
/** Up to 65,535 bytes on both engines. */
export const LongTextColumn = (options: Options = {}) => Column({ type: 'text', ...options });
export const CountColumn = (options: Options = {}) => Column({ type: 'integer', ...options });
/** Epoch milliseconds, UTC. */
export const InstantColumn = (options: Options = {}) =>
  Column({ type: 'bigint', transformer: wholeNumber, ...options });
/** An instant that is part of the primary key. */
export const InstantKeyColumn = () => PrimaryColumn({ type: 'bigint', transformer: wholeNumber });
/** Integer fen: 1 yuan = 100 fen. */
export const FenColumn = (options: Options = {}) =>
  Column({ type: 'bigint', transformer: wholeNumber, ...options });
export const NumberColumn = (options: Options = {}) => Column({ type: 'double', ...options });
/** Stored as 0 or 1, so that raw reads and entities agree on both engines. */
export const FlagColumn = (options: Options = {}) =>
  Column({ type: 'integer', transformer: yesOrNo, ...options });
export const JsonColumn = (options: Options = {}) => Column({ type: 'simple-json', ...options });
