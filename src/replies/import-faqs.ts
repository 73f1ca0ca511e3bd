import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { recordChange, type Actor } from '../kernel/access';
import { AppError } from '../kernel/errors';
import { isSaidAsWritten } from './answers/faq-template';
import { readFaqLine, type LineProblem } from './faq-line';
import { linesOf } from './lines-of';
import type { LifeKit } from '../review';
import type { FaqRecord } from './save-faq';
import { takeFaqs } from './take-faqs';

export type Rejected = { readonly line: number; readonly code: LineProblem };
export type Imported = {
  imported: number;
  updated: number;
  /** Of both: those that a reviewer reads before they answer. */
  waiting: number;
  rejected: Rejected[];
  rejectedTotal: number;
  /** Lines that look like a template and name no variable: followers read them as they are. */
  asWritten: number[];
};

const linesPerTransaction = 500;
/** More refusals than this are counted, not listed. */
const mostListed = 10_000;

/**
 * Takes up to `maxBytes` of lines `{"id","question","similar","answer"}`. The upload is first laid down
 * whole in a file, so that one that is too large or breaks off changes nothing; then it is read line by
 * line and written in small transactions. Lines that do not fit are told; nothing is deleted.
 */
export async function importFaqs(
  kit: LifeKit,
  actor: Actor,
  upload: Readable,
  maxBytes: number,
): Promise<Imported> {
  const folder = await mkdtemp(join(tmpdir(), 'guanxi-faqs-'));
  try {
    const file = join(folder, 'upload.ndjson');
    await pipeline(upload, limitedTo(maxBytes), createWriteStream(file));
    return await importFile(kit, actor, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function limitedTo(maxBytes: number) {
  return async function* (source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    let length = 0;
    for await (const part of source) {
      length += part.length;
      if (length > maxBytes) throw new AppError(413, 'body_too_large', { maxBytes });
      yield part;
    }
  };
}

async function importFile(kit: LifeKit, actor: Actor, file: string): Promise<Imported> {
  const done: Imported = {
    ...{ imported: 0, updated: 0, waiting: 0 },
    ...{ rejected: [], rejectedTotal: 0, asWritten: [] },
  };
  const batch = kit.newId();
  let waiting = new Map<string, FaqRecord>();
  const write = async () => {
    const faqs = [...waiting.values()];
    waiting = new Map();
    if (faqs.length === 0) return;
    const saved = await kit.db.transact(async (tx) => {
      const result = await takeFaqs(tx, kit, actor, faqs, {
        newId: kit.newId,
        source: 'import',
        byName: actor.name,
        batch,
      });
      if (result.added.length + result.changed.length > 0) await kit.versions.bump(tx, 'faqs');
      return result;
    });
    if (saved.isWaiting) done.waiting += saved.added.length + saved.changed.length;
    done.imported += saved.added.length;
    done.updated += saved.changed.length;
  };
  for await (const { number, bytes } of linesOf(createReadStream(file))) {
    const read = readFaqLine(bytes, number === 1);
    if (read === undefined) continue;
    if (typeof read === 'string') {
      done.rejectedTotal += 1;
      if (done.rejected.length < mostListed) done.rejected.push({ line: number, code: read });
      continue;
    }
    if (isSaidAsWritten(read.answer) && done.asWritten.length < mostListed) {
      done.asWritten.push(number);
    }
    if (waiting.has(read.id) || waiting.size >= linesPerTransaction) await write();
    waiting.set(read.id, read);
  }
  await write();
  const { imported, updated, rejectedTotal } = done;
  await kit.db.transact((tx) =>
    recordChange(tx, actor, {
      id: kit.newId(),
      at: kit.clock.system(),
      action: 'faqs.imported',
      targetKind: 'faq',
      targetId: 'import',
      after: { imported, updated, waiting: done.waiting, rejected: rejectedTotal },
    }),
  );
  return done;
}
