import { InvalidInput } from '../kernel/errors';
import type { MenuProblem } from './check-menu';

export const refuseProblems = (problems: readonly MenuProblem[]): void => {
  if (problems.length === 0) return;
  throw new InvalidInput('input_invalid', {
    errors: problems.map(({ path, code, maximum }) => ({
      ...{ path, code },
      ...(maximum === undefined ? {} : { params: { maximum } }),
    })),
  });
};
