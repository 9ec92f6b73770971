import type { ProfileBrowser } from '../profile/restore.ts';
import type { ProfileState } from '../profile/state.ts';

/** Way in which a session was renewed. */
export type Renewal = 'refresh' | 'sign-in';

/** Operations of a profile during one visit. It notes what the site answered, and asks before each sign-in. */
export class WatchedBrowser implements ProfileBrowser {
  /** Result of the last probe; `undefined` if the site has not answered one. */
  isAlive: boolean | undefined;
  /** True while the site is asked whether the session is alive. */
  isProbing = false;
  /** True if a refresh was tried and failed. */
  hasFailedRefresh = false;
  /** True if a sign-in was begun. */
  hasSignedIn = false;
  probes = 0;
  /** Way of the last renewal that was tried without an error. */
  renewal: Renewal | undefined;
  readonly refresh?: (state: ProfileState) => Promise<ProfileState>;
  readonly #browser: ProfileBrowser;
  readonly #beforeSignIn: (watched: WatchedBrowser) => Promise<void>;

  /** @param beforeSignIn throws if the site must not be asked for a session now */
  constructor(browser: ProfileBrowser, beforeSignIn: (watched: WatchedBrowser) => Promise<void>) {
    this.#browser = browser;
    this.#beforeSignIn = beforeSignIn;
    if (browser.refresh) this.refresh = (state) => this.#refresh(state);
  }

  async signIn(previous?: ProfileState): Promise<ProfileState> {
    await this.#beforeSignIn(this);
    this.hasSignedIn = true;
    const state = await this.#browser.signIn(previous);
    this.renewal = 'sign-in';
    return state;
  }

  async probe(state: ProfileState): Promise<ProfileState | undefined> {
    this.isProbing = true;
    this.probes++;
    const after = await this.#browser.probe(state);
    this.isProbing = false;
    // A new session that is dead says nothing about the saved one.
    if (after || !this.isAlive || this.renewal !== 'sign-in') this.isAlive = after !== undefined;
    if (this.renewal === 'refresh' && !after) this.hasFailedRefresh = true;
    return after;
  }

  async #refresh(state: ProfileState): Promise<ProfileState> {
    try {
      const renewed = await this.#browser.refresh!(state);
      this.renewal = 'refresh';
      return renewed;
    } catch (error) {
      this.hasFailedRefresh = true;
      throw error;
    }
  }
}
