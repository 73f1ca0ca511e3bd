import { z } from 'zod';

/** An address for customers' phones: on the web, and nothing that runs where it stands. We never fetch it. */
export const webAddress = (most: number) =>
  z
    .url({ protocol: /^https?$/, hostname: /^\S+$/ })
    .max(most)
    .refine((url) => !/[\s<>"'`\\]/.test(url))
    // What stands before an `@` is read as the address by people, and by no phone.
    .refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url));
