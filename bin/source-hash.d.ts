export function sourceHash(): string;
export const hashFile: string;
