import { z } from 'zod';

/** An address for customers' phones: on the web, and nothing that runs where it stands. We never fetch it. */
export const webAddress = (most: number) =>
  z
    .url({ protocol: /^https?$/, hostname: /^[^\s@]+$/ })
    .max(most)
    .refine((url) => !/[\s<>"'`\\]/.test(url));
