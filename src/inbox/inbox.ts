import { TwoFactorError } from '../core/errors.ts';
import { type MessageBoxOptions, MessageBox } from './message-box.ts';

/** E-mail to one address. */
export class Inbox extends MessageBox {
  readonly #address: string | TwoFactorError;

  constructor(address: string | TwoFactorError, options: MessageBoxOptions) {
    super(options);
    this.#address = address;
  }

  /** The e-mail address. @throws TwoFactorError `PERSONA_INCOMPLETE` when the persona has none */
  get address(): string {
    return given(this.#address);
  }
}

/** SMS to one number. */
export class Sms extends MessageBox {
  readonly #number: string | TwoFactorError;

  constructor(number: string | TwoFactorError, options: MessageBoxOptions) {
    super(options);
    this.#number = number;
  }

  /** The number in E.164 form, such as `+12025552368`. @throws TwoFactorError when the persona has none */
  get number(): string {
    return given(this.#number);
  }
}

function given(value: string | TwoFactorError): string {
  if (value instanceof TwoFactorError) throw value;
  return value;
}
