import type { PageReading } from '../challenge/page/look.ts';
import type { SignInCredentials } from './credentials.ts';
import type { PageIdle } from './page-idle.ts';
import type { Progress } from './progress.ts';

/** Where a passkey may be asked for, a page has this long to do so, in milliseconds. */
const SETTLED = 150;

/** Sees when a page was given a passkey: it may ask by itself, beside what else it asks, and is answered at once. */
export class PasskeyWatch {
  readonly #means: SignInCredentials;
  readonly #watch: PageIdle;
  readonly #progress: Progress;

  constructor(means: SignInCredentials, watch: PageIdle, progress: Progress) {
    this.#means = means;
    this.#watch = watch;
    this.#progress = progress;
  }

  /** Whether a page was given one since the last look. It is given the time to go on, then. */
  async wasGiven({ challenge }: PageReading, ask: string | undefined): Promise<boolean> {
    if (!this.#means.hasAuthenticator || !(await this.#means.passkeys.wasUsed())) return false;
    if (!this.#progress.last?.isPasskey) {
      this.#progress.remember(challenge, ask ?? 'passkey', true, true);
      this.#progress.path.push('passkey');
    }
    this.#watch.touch();
    return true;
  }

  /** Whether a page that asks for something else, too, may be about to ask for a passkey. */
  mayAsk({ challenge }: PageReading, ask: string | undefined): boolean {
    const isAsking = ask !== undefined && challenge.kind !== 'rejected' && challenge.kind !== 'locked';
    return this.#means.hasAuthenticator && isAsking && !this.#watch.isQuiet(SETTLED);
  }
}
