/**
 * The connection went away between COMMIT and its answer: the transaction is wholly there or wholly not, and
 * only a look at its rows tells which.
 */
export class CommitUnknown extends Error {
  /** As the driver marks an error after which a connection is dead. */
  readonly fatal = true;

  constructor(cause: unknown) {
    super('the answer to a COMMIT was lost', { cause });
    this.name = 'CommitUnknown';
  }
}
