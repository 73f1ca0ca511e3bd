import { assigned } from './handed-on';

const endings = ['friend-deleted-by-customer', 'friend-deleted-by-rep', 'friend-gone'];

/** Lines of the timeline that say a friendship began, for the first time or again, or ended. */
export const friendLines = ['friend-added', 'friend-half-added', 'friend-back', ...endings];

/**
 * SQL: what such a line `t` of a link `l` means for the number of friends: `added`, `returned` or `lost`. Null
 * where it means nothing: whom a colleague handed over is not won, and who is deleted back is lost already.
 */
export const friendMove = `CASE
  WHEN t.kind IN (${endings.map((kind) => `'${kind}'`).join(', ')})
    THEN CASE WHEN t.params LIKE '%"days":%' THEN 'lost' END
  WHEN l.addWay = '${assigned}' THEN NULL
  WHEN t.kind = 'friend-added' OR t.params LIKE '%"nth":1,%' OR t.params LIKE '%"nth":1}'
    THEN 'added'
  ELSE 'returned' END`;
