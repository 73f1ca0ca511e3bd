import type { Store } from '../store/database';
import { Corps } from './corps';
import { Rates } from './rates';
import type { WeComMessenger } from './shapes';
import { WeComTokens } from './tokens';

/** What the sandbox's WeCom holds besides its tables. */
export interface WeComParts {
  /** When the same words were last said to staff, by their hash. */
  sentBefore: Map<string, number>;
  corps: Corps;
  tokens: WeComTokens;
  rates: Rates;
  courier: WeComMessenger;
}

/** All but the courier, who needs the finished world. */
export const openWeComParts = (store: Store): Omit<WeComParts, 'courier'> => ({
  corps: new Corps(store),
  tokens: new WeComTokens(store),
  rates: new Rates(),
  sentBefore: new Map(),
});
