import { TwoFactorError } from '../core/errors.ts';
import { MessageBox, type MessageBoxOptions } from './message-box.ts';

/** The e-mail messages to one address. */
export class Inbox extends MessageBox {
  readonly #address: string | TwoFactorError;

  /** @param address the address, or the error to throw when it is read */
  constructor(address: string | TwoFactorError, options: MessageBoxOptions) {
    super(options);
    this.#address = address;
  }

  /** The e-mail address. @throws TwoFactorError `PERSONA_INCOMPLETE` if the persona has none */
  get address(): string {
    return valueOf(this.#address);
  }
}

/** The SMS messages to one number. */
export class Sms extends MessageBox {
  readonly #number: string | TwoFactorError;

  /** @param number the number, or the error to throw when it is read */
  constructor(number: string | TwoFactorError, options: MessageBoxOptions) {
    super(options);
    this.#number = number;
  }

  /** The number in E.164 form, such as `+12025552368`. @throws TwoFactorError `PERSONA_INCOMPLETE` if the persona has none */
  get number(): string {
    return valueOf(this.#number);
  }
}

function valueOf(value: string | TwoFactorError): string {
  if (value instanceof TwoFactorError) throw value;
  return value;
}
