import type { PageReading } from '../challenge/page/look.ts';
import type { SignInCredentials } from './credentials.ts';
import type { PageIdle } from './page-idle.ts';
import type { Progress } from './progress.ts';

/** Where a passkey may be asked for, a page has this long to do so, in milliseconds. */
const SETTLED = 150;

/** Sees when a page was given a passkey: it may key by itself, beside what else it asks, and is answered at once. */
export class PasskeyWatch {
  readonly #credentials: SignInCredentials;
  readonly #pageIdle: PageIdle;
  readonly #progress: Progress;

  constructor(credentials: SignInCredentials, pageIdle: PageIdle, progress: Progress) {
    this.#credentials = credentials;
    this.#pageIdle = pageIdle;
    this.#progress = progress;
  }

  /** Whether a page was given one since the last look. It is given the time to go on, then. */
  async wasUsedSinceLastLook({ challenge }: PageReading, key: string | undefined): Promise<boolean> {
    if (!this.#credentials.hasAuthenticator || !(await this.#credentials.passkeys.wasUsed())) return false;
    if (!this.#progress.last?.isPasskey) {
      this.#progress.remember(challenge, key ?? 'passkey', true, true);
      this.#progress.path.push('passkey');
    }
    this.#pageIdle.touch();
    return true;
  }

  /** Whether a page that asks for something else, too, may be about to key for a passkey. */
  canPrompt({ challenge }: PageReading, key: string | undefined): boolean {
    const isAsking = key !== undefined && challenge.kind !== 'rejected' && challenge.kind !== 'locked';
    return this.#credentials.hasAuthenticator && isAsking && !this.#pageIdle.isQuiet(SETTLED);
  }
}
