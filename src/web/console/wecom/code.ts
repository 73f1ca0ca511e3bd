/** What every kind of code has: those that add a rep, by picture or link, and those that lead into rooms. */
export interface Code {
  id: string;
  name: string;
  state: string;
  qrUrl: string | null;
  trouble: string | null;
}
