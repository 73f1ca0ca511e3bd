/** What turns a voice into words, if anything does; a failure is a code of the catalogue's `model.verdict.…`. */
export type Hearing = {
  hear(voice: {
    readonly accountId: string;
    readonly identityId: string;
    readonly entryId: string;
    readonly contentType: string;
    readonly content: Buffer;
  }): Promise<
    | { readonly text: string; readonly model: string }
    | { readonly verdict: string; readonly said: string | null }
  >;
};
