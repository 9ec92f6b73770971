import type { FactorSetUp, SetUp, Step } from './set-up.ts';

/** Sets up a passkey: the page registers it in the virtual authenticator, which must be open. */
export class PasskeySetUp implements FactorSetUp {
  readonly factor = 'passkey';
  readonly name = 'the passkey';
  readonly isSilent = true;
  readonly #setUp: SetUp;
  #before: readonly string[] = [];

  constructor(setUp: SetUp) {
    this.#setUp = setUp;
  }

  async open(): Promise<void> {
    const { account, credentials } = this.#setUp;
    this.#before = (await credentials.passkeys(account.page)).map(({ id }) => id);
  }

  /** Notes the passkey that the page has registered. */
  async advance(): Promise<Step> {
    const { account, credentials } = this.#setUp;
    const passkeys = await credentials.passkeys(account.page);
    if (passkeys.every(({ id }) => this.#before.includes(id))) return 'nothing';
    await this.#setUp.propose({ passkeys });
    this.#setUp.noteAnswer();
    return 'answered';
  }

  tryAgain(): Promise<boolean> {
    return Promise.resolve(false);
  }
}
