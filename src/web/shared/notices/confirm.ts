import { shallowRef } from 'vue';

export interface Question {
  /** The question itself, with its number: 「发给 9,871 人？」 */
  title: string;
  /** The consequence, numbers written out. */
  body: string;
  /** The verb with the number: 「发给 9,871 人」. */
  action: string;
  /** Words of the way out; default 取消. */
  cancel?: string;
  tone?: 'accent' | 'bad';
}

export const question = shallowRef<(Question & { answer: (yes: boolean) => void }) | null>(null);

/** Only for sending and money (and what cannot be undone): asks with the numbers written out. */
export function confirmWithNumbers(asked: Question): Promise<boolean> {
  // The second of a double click asks what is being asked already: the open question stays.
  if (question.value?.title === asked.title) return Promise.resolve(false);
  question.value?.answer(false);
  return new Promise((resolve) => {
    question.value = {
      ...asked,
      answer: (yes) => {
        question.value = null;
        resolve(yes);
      },
    };
  });
}
