/** What the tables of platforms' error codes have in common: one code, or all up to `to`. */
export interface ErrorCodes {
  readonly code: number;
  readonly to?: number;
}

/** A table by each code it speaks of. */
export function byCode<Row extends ErrorCodes>(table: readonly Row[]): ReadonlyMap<number, Row> {
  return new Map(
    table.flatMap((row) =>
      Array.from({ length: (row.to ?? row.code) - row.code + 1 }, (_, step): [number, Row] => [
        row.code + step,
        row,
      ]),
    ),
  );
}
