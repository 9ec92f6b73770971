import type { StepForm } from '../challenge/step-form.ts';
import { Secret } from '../secret/secret.ts';
import type { FactorSetUp, SetUp, Step } from './set-up.ts';

/** Sets up the number of a persona: gives it to the site, and answers with the code of the SMS. */
export class NumberSetUp implements FactorSetUp {
  readonly factor = 'sms-code';
  readonly name = 'the number';
  readonly isSilent = false;
  readonly #setUp: SetUp;
  #mark = 0;

  constructor(setUp: SetUp) {
    this.#setUp = setUp;
  }

  async open(): Promise<void> {
    this.#mark = await this.#setUp.credentials.sms.mark();
  }

  async advance(forms: readonly StepForm[]): Promise<Step> {
    const asked = forms.find(({ code }) => code !== undefined);
    const form = forms.find(({ phone }) => phone !== undefined);
    const isGiven = this.#setUp.hasDone('number');
    if (asked && (isGiven || !form)) {
      await this.#giveCode(asked);
      return 'answered';
    }
    if (!form || isGiven) return 'nothing';
    await this.#giveNumber(form);
    return 'acted';
  }

  tryAgain(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async #giveNumber({ phone: field, submit }: StepForm): Promise<void> {
    const { account, credentials } = this.#setUp;
    const { phone, name } = credentials;
    if (!phone) throw account.fail('PERSONA_INCOMPLETE', `The site asks for a number, and persona "${name}" has none.`);
    this.#setUp.once('number');
    await this.#setUp.propose({ phone });
    this.#setUp.expectAnswer();
    await account.seen.locate(field!.first).fill(phone);
    await account.submit(field!.first, submit, 'Send the number');
  }

  async #giveCode({ code, submit }: StepForm): Promise<void> {
    const { account, credentials } = this.#setUp;
    const { sms, name, codeFormat, timeout } = credentials;
    const { length } = account.seen.reading.challenge;
    const text = await sms.waitForCode({
      after: this.#mark,
      timeout: Math.min(timeout, Math.max(1, account.deadline.left())),
      ...(codeFormat ?? (length ? { length } : {})),
    });
    const value = new Secret(`${name}/code`, text);
    this.#setUp.expectAnswer();
    await this.#setUp.typeCode(code!, value);
    if (!account.idle.hasSent(text)) await account.submit(code!.first, submit, 'Confirm with a code');
  }
}
