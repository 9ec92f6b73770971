import type { PageReading } from '../challenge/page/look.ts';
import type { SignInCredentials } from './credentials.ts';
import type { PageIdle } from './page-idle.ts';
import type { Progress } from './progress.ts';

/** Idle time after which a page no longer prompts for a passkey, in milliseconds. */
const IDLE_AFTER = 150;

/** Detects passkey prompts. A page may prompt on its own beside another challenge; the authenticator answers at once. */
export class PasskeyWatch {
  readonly #credentials: SignInCredentials;
  readonly #pageIdle: PageIdle;
  readonly #progress: Progress;

  constructor(credentials: SignInCredentials, pageIdle: PageIdle, progress: Progress) {
    this.#credentials = credentials;
    this.#pageIdle = pageIdle;
    this.#progress = progress;
  }

  /** True if the page used a passkey since the last reading. Counts it as an answer, so that the page may continue. */
  async wasUsed(reading: PageReading, key: string | undefined): Promise<boolean> {
    if (!this.#credentials.hasAuthenticator || !(await this.#credentials.passkeys.wasUsed())) return false;
    if (!this.#progress.last?.isPasskey) {
      this.#progress.recordAnswer(reading, key ?? 'passkey', 'passkey');
      this.#progress.path.push('passkey');
    }
    this.#pageIdle.touch();
    return true;
  }

  /** True if a page with another challenge may still prompt for a passkey. */
  canPrompt({ challenge }: PageReading, key: string | undefined): boolean {
    const isAsking = key !== undefined && challenge.kind !== 'rejected' && challenge.kind !== 'locked';
    return this.#credentials.hasAuthenticator && isAsking && !this.#pageIdle.isQuiet(IDLE_AFTER);
  }
}
