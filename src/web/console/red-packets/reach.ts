/** How far a budget goes among a number of people, as the server deals it (`poolFor`). */
export interface Reach {
  /**
   * `all`: one each, of the mean. `thin`: one each, but less than the mean. `least`: one each, and
   * everybody the least. `short`: not one for everybody, and those who get one get the least.
   */
  kind: 'all' | 'thin' | 'least' | 'short';
  /** The most people who can get one. */
  reached: number;
  /** Of the people, those who get none. */
  short: number;
  /** What one packet holds on average. */
  averageFen: number;
  meanFen: number;
  /** The budget that gives everybody one of the mean. */
  wantedFen: number;
}

type Bounds = { minFen: number; maxFen: number };

export function reachOf(budgetFen: number, { minFen, maxFen }: Bounds, people: number): Reach {
  const wantedFen = Math.floor((people * (minFen + maxFen)) / 2);
  const reached = Math.min(people, Math.floor(budgetFen / minFen));
  const spentFen = Math.min(budgetFen, wantedFen, reached * maxFen);
  const averageFen = reached === 0 ? 0 : Math.floor(spentFen / reached);
  const same = {
    reached,
    short: people - reached,
    averageFen,
    meanFen: Math.floor((minFen + maxFen) / 2),
    wantedFen,
  };
  if (reached < people) return { kind: 'short', ...same };
  if (budgetFen >= wantedFen) return { kind: 'all', ...same };
  return { kind: averageFen === minFen ? 'least' : 'thin', ...same };
}
