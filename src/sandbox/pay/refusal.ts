import { Refusal } from '../store/database';
import { sandboxText } from '../text';

/** WeChat Pay says no. `notUnderstood` is the kind that comes with return_code FAIL. */
export class PayRefusal extends Refusal {
  readonly text: string;

  constructor(
    readonly code: string,
    text?: string,
  ) {
    super(code);
    this.text = text ?? textOf(code);
  }

  get notUnderstood(): boolean {
    return ['CA_ERROR', 'XML_ERROR', 'SIGN_ERROR'].includes(this.code);
  }
}

export function refusePay(code: string, text?: string): never {
  throw new PayRefusal(code, text);
}

export function textOf(code: string): string {
  const found = Object.entries(sandboxText.pay).find(([name]) => name === code)?.[1];
  return typeof found === 'string' ? found : sandboxText.pay.other;
}
