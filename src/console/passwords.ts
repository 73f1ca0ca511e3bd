import { hash, verify } from '@node-rs/argon2';

/** Argon2id with the library's defaults (19 MiB, 2 passes). */
export const hashPassword = (password: string): Promise<string> => hash(password);

let decoy: Promise<string> | undefined;

/** Takes the same time whether or not the operator exists. */
export async function isPassword(stored: string | undefined, password: string): Promise<boolean> {
  decoy ??= hash('a password nobody has');
  const matches = await verify(stored ?? (await decoy), password);
  return stored !== undefined && matches;
}
