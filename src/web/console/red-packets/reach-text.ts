import { moneyText, numberText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';
import { boundsOf, packetsFor, type Amount } from './promotions';
import { reachOf } from './reach';

/** How far a budget goes, in one line; `people` is null where nobody counts them. */
export function reachText(budgetFen: number, amount: Amount, people: number | null): string {
  if (people === null) {
    const { least, most } = packetsFor(budgetFen, amount);
    return least === most
      ? t('promotions.packets', { n: numberText(most) })
      : t('promotions.packets-range', { least: numberText(least), most: numberText(most) });
  }
  const reach = reachOf(budgetFen, boundsOf(amount), people);
  const look = 'fixedFen' in amount ? 'fixed' : 'random';
  return t(`promotions.reach-${look}-${reach.kind}`, {
    people: numberText(people),
    reached: numberText(reach.reached),
    short: numberText(reach.short),
    average: moneyText(reach.averageFen),
    mean: moneyText(reach.meanFen),
    wanted: moneyText(reach.wantedFen),
  });
}
