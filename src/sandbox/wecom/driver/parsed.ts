import type { z } from 'zod';
import { Problem } from '../../driver/problem';

export function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const found = schema.safeParse(body);
  if (found.success) return found.data;
  throw new Problem(
    400,
    'invalid',
    found.error.issues.map((one) => `${one.path.join('.')}: ${one.message}`).join('; '),
  );
}
