import { z } from 'zod';
import { isInnerHost } from '../kernel/own-address';

/** An address for customers' phones: on the open web, and nothing that runs where it stands. We never fetch it. */
export const webAddress = (most: number) =>
  z
    .url({ protocol: /^https?$/, hostname: /^\S+$/ })
    .max(most)
    .refine((url) => !/[\s<>"'`\\]/.test(url))
    // What stands before an `@` is read as the address by people, and by no phone.
    .refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url))
    .refine(
      (url) => !/^https?:/i.test(url) || !URL.canParse(url) || !isInnerHost(new URL(url).hostname),
    );
