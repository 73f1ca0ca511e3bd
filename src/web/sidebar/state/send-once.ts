/** What became of a tap. `unclear`: WeCom has not answered yet, and it may still be confirmed there. */
export type Outcome = 'sent' | 'refused' | 'unclear' | 'taken-back' | 'elsewhere';

export interface Begun<Message> {
  id: string;
  message: Message;
  /** When the same went to them minutes ago. */
  sentAt: string | null;
}

/** What a tap needs of the page, of WeCom around it and of our books. */
export interface Ways<Message> {
  /** Whether it may go once more. */
  again: (sentAt: string) => Promise<boolean>;
  /** The time in which the rep may take it back; false when they did. */
  hold: () => Promise<boolean>;
  /** Whether the chat that is open is still theirs. */
  isHere: () => Promise<boolean>;
  /** May never settle. */
  hand: (message: Message) => Promise<void>;
  patience: () => Promise<void>;
  confirm: (id: string, answers?: string) => Promise<void>;
  drop: (id: string) => Promise<void>;
  /** WeCom's answer to what was unclear. */
  late: (outcome: Outcome) => void;
}

/**
 * One tap is one send in our books. What WeCom leaves unclear stays there: a confirmation that comes late counts,
 * and a second tap hands over the same send again instead of making another.
 */
export function openSends<Message>(ways: Ways<Message>) {
  type Send = Begun<Message> & { waiting: number; isSent: boolean };
  const unsettled = new Map<string, Send>();

  async function drop(place: string, send: Send, outcome: Outcome): Promise<Outcome> {
    if (send.isSent || send.waiting > 0) return outcome;
    unsettled.delete(place);
    await ways.drop(send.id).catch(() => undefined);
    return outcome;
  }

  /** `place` names what is sent to whom. */
  return async function tap(
    place: string,
    begin: () => Promise<Begun<Message>>,
    answers?: string,
  ): Promise<Outcome> {
    const before = unsettled.get(place);
    const send = before ?? { ...(await begin()), waiting: 0, isSent: false };
    unsettled.set(place, send);
    const isRepeat = !before && send.sentAt !== null;
    if (isRepeat && !(await ways.again(send.sentAt ?? ''))) return drop(place, send, 'taken-back');
    if (!(await ways.hold())) return drop(place, send, 'taken-back');
    if (send.isSent) return 'sent';
    const isHere = await ways.isHere().catch(() => null);
    if (isHere !== true) return drop(place, send, isHere === null ? 'refused' : 'elsewhere');

    send.waiting += 1;
    let isLate = false;
    const answered = ways.hand(send.message).then(
      async (): Promise<Outcome> => {
        send.waiting -= 1;
        send.isSent = true;
        unsettled.delete(place);
        // It is in the chat already; that our books do not know yet is no reason to say otherwise.
        const { id } = send;
        await ways
          .confirm(id, answers)
          .catch(() => ways.confirm(id, answers).catch(() => undefined));
        return 'sent';
      },
      (): Promise<Outcome> => {
        send.waiting -= 1;
        return drop(place, send, 'refused');
      },
    );
    void answered.then((outcome) => {
      if (isLate) ways.late(outcome);
    });
    const tired = ways.patience().then((): Outcome => {
      isLate = true;
      return 'unclear';
    });
    return Promise.race([answered, tired]);
  };
}
