import type { APIRequestContext, BrowserContext } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import type { Lease } from '../ledger/ledger.ts';
import { registerSessionSecrets } from '../secret/session-secrets.ts';
import { captureState } from './browser/capture.ts';
import { isExpired } from './expiry.ts';
import { type RestoreOptions, type Restored, restoreInTurn, restoreProfile, saveState } from './profile.ts';
import { giveSessionStorage, replaceSessionStorage } from './browser/session-storage.ts';
import type { ProfileState, SavedState } from './state.ts';
import { RequestGate } from './browser/request-gate.ts';

/** One test waits for the others, each of which may take its time, in milliseconds. Who died is noticed before. */
const TURN_TIMEOUT = 30 * 60_000;

export interface SessionOptions extends Omit<RestoreOptions, 'anew'> {
  /** A session of one's own, that is neither shared nor saved. @default false */
  readonly isolate?: boolean | undefined;
  /** Who uses it, for those who wait. */
  readonly who: string;
}

/** A profile in use: by one test, or one job. */
export class ProfileSession {
  readonly #options: SessionOptions;
  #given: ProfileState | undefined;
  /** What was saved when the state was given, or by this use since. */
  #saved: SavedState | undefined;
  #lease: Lease | undefined;
  /** Of a context in which a page may use the state up while it is saved. */
  #traffic: RequestGate | undefined;
  #takeBack = (): Promise<void> => Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** A living session to begin with. With `rotate`, nobody else gets one until `end()`. */
  async begin(): Promise<ProfileState> {
    const { isolate, rotate, ledger, name, who } = this.#options;
    if (rotate) this.#lease = await ledger.lease(`profile/${name}`, { timeout: TURN_TIMEOUT, owner: who });
    if (isolate) return (this.#given = await this.#signInAlone());
    return this.#take(await this.#restore(false));
  }

  /** Gives a context what Playwright does not. */
  async enter(context: BrowserContext): Promise<void> {
    if (this.#options.rotate) this.#traffic ??= await RequestGate.watch(context);
    this.#takeBack = await giveSessionStorage(context, this.#given?.sessionStorage);
  }

  /** @throws TwoFactorError `PROFILE_NOT_SAVED` */
  async save(context: BrowserContext): Promise<void> {
    const { name, isolate, store } = this.#options;
    if (isolate) throw notSaved(name, 'it is isolated, so it belongs to this test alone. Leave out `isolate`.');
    try {
      const state = await this.#capture(context, this.#given);
      const over = this.#given ? this.#saved : await store.read(name);
      await this.#write(state, over, (renewed) => giveRenewed(context, state, renewed));
    } finally {
      await this.#traffic?.goOn();
    }
  }

  /** Signs in anew, saves that, and puts it in the place of what the context has. */
  async refresh(context: BrowserContext): Promise<void> {
    const state = this.#options.isolate
      ? (this.#given = await this.#signInAlone())
      : this.#take(await this.#restore(true));
    await this.#takeBack();
    await context.setStorageState(state);
    await replaceSessionStorage(context.pages(), state.sessionStorage);
    await this.enter(context);
  }

  async discard(): Promise<void> {
    await this.#options.store.discard(this.#options.name);
    this.#saved = undefined;
  }

  /** Saves what a use has changed, where each state is good for one use. One that is signed out is not saved. */
  async leave(used: BrowserContext | APIRequestContext): Promise<void> {
    const given = this.#given;
    if (!this.#options.rotate || !given) return;
    const state = await ('pages' in used ? this.#capture(used, given) : cookiesOf(used, given)).catch(() => undefined);
    if (!state || JSON.stringify(state) === JSON.stringify(given)) return; // closed by the test, or as it was
    registerSessionSecrets(this.#options.name, state);
    await this.#write(state, this.#saved).catch((error: unknown) => {
      if (!(error instanceof TwoFactorError) || error.code === 'LEASE_LOST') throw error;
      // Signed out, or forgotten by the test: the next one sees to it.
    });
  }

  async end(): Promise<void> {
    await this.#lease?.release();
  }

  async #capture(context: BrowserContext, before: ProfileState | undefined): Promise<ProfileState> {
    const capture = (): Promise<ProfileState> => captureState(context, before);
    return await (this.#traffic?.atRest(capture) ?? capture());
  }

  async #restore(anew: boolean): Promise<Restored> {
    if (!this.#lease) return await restoreProfile({ ...this.#options, anew });
    const seen = anew ? await this.#options.store.read(this.#options.name) : undefined;
    return await restoreInTurn({ ...this.#options, anew }, this.#lease, seen);
  }

  #take({ state, saved }: Restored): ProfileState {
    this.#saved = saved;
    return (this.#given = state);
  }

  async #signInAlone(): Promise<ProfileState> {
    const state = await this.#options.browser.signIn();
    registerSessionSecrets(this.#options.name, state);
    return state;
  }

  async #write(
    state: ProfileState,
    over: SavedState | undefined,
    onRenewed?: (state: ProfileState) => Promise<void>,
  ): Promise<void> {
    const { name, browser, store, now = Date.now } = this.#options;
    const living = isExpired(state, now()) ? undefined : await browser.probe(state);
    if (!living) {
      const why = 'it is signed out, and would sign nobody in. To forget the saved one, use `profile.discard()`.';
      throw notSaved(name, why);
    }
    if (living !== state) await onRenewed?.(living);
    if (this.#lease && !(await this.#lease.isHeld())) throw this.#lease.lost.reason;
    const saved = await saveState(this.#options, living, { over, same: true });
    if (!saved) {
      const at = (await store.read(name))?.savedAt;
      const seen = at ? `another was saved at ${at}, after this one was taken` : 'it was discarded meanwhile';
      throw notSaved(name, `${seen}. What is newer stands: start from it, or use \`profile.refresh()\` first.`);
    }
    this.#saved = saved;
  }
}

/** What a probe has renewed goes where it came from, as the site takes nothing else any more. */
async function giveRenewed(context: BrowserContext, before: ProfileState, renewed: ProfileState): Promise<void> {
  const isStorageNew = JSON.stringify(renewed.origins) !== JSON.stringify(before.origins);
  await (isStorageNew ? context.setStorageState(renewed) : context.addCookies(renewed.cookies));
}

/** A request has no storage but cookies. */
async function cookiesOf(request: APIRequestContext, given: ProfileState): Promise<ProfileState> {
  return { ...given, cookies: (await request.storageState()).cookies };
}

function notSaved(name: string, why: string): TwoFactorError {
  return new TwoFactorError('PROFILE_NOT_SAVED', `Profile "${name}" was not saved: ${why}`);
}
