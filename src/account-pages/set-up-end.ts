import { findCodeDownload, findFinish, findSavedBoxes } from '../challenge/authenticator-controls.ts';
import { readPageLines } from '../challenge/page/page-lines.ts';
import { registerShownSecrets } from '../secret/shown-secrets.ts';
import { codesIn, readDownload } from './recovery-code-list.ts';
import type { SetUp } from './set-up.ts';

/** Maximum number of buttons to press after the site has accepted. */
const MAX_FINISHES = 3;
/** Maximum time until a download begins, in milliseconds. */
const DOWNLOAD_TIMEOUT = 5000;

/** Ends a set-up: keeps the recovery codes that the site shows, and presses "Done". */
export class SetUpEnd {
  readonly #setUp: SetUp;
  #codes: readonly string[] = [];
  #finishes = 0;

  constructor(setUp: SetUp) {
    this.#setUp = setUp;
  }

  /** Number of recovery codes that are kept. */
  get codeCount(): number {
    return this.#codes.length;
  }

  /** Notes the recovery codes that the page shows. A site may show them before it is confirmed. */
  async collectCodes(): Promise<void> {
    const { snapshot, page } = this.#setUp.account;
    if (!snapshot.tells('recovery')) return;
    this.#note(codesIn(await readPageLines(page)));
  }

  /** Reads the recovery codes of a site that gives them as a file only. The file is deleted. */
  async #downloadCodes(): Promise<void> {
    const { account } = this.#setUp;
    const control = this.#codes.length > 0 ? undefined : findCodeDownload(account.snapshot, account.page.url());
    if (!control || !this.#setUp.once('download codes')) return;
    const downloading = account.page.waitForEvent('download', { timeout: DOWNLOAD_TIMEOUT }).catch(() => undefined);
    await account.press(control, `Download the recovery codes: "${control.label}"`);
    const download = await downloading;
    if (!download) {
      // The link may lead to a page that shows them.
      await account.settled();
      return await this.collectCodes();
    }
    try {
      // A file that is not a text has no codes that can be read.
      this.#note(codesIn(await readDownload(download).catch(() => [])));
    } finally {
      await download.delete();
    }
  }

  #note(codes: readonly string[]): void {
    if (codes.length === 0) return;
    registerShownSecrets({ recoveryCodes: codes, seed: undefined });
    this.#codes = codes;
  }

  /** Does the next step. Returns true if nothing is left. */
  async advance(): Promise<boolean> {
    const { account } = this.#setUp;
    await this.collectCodes();
    await this.#downloadCodes();
    await this.#keepCodes();
    const { snapshot } = account;
    const isDialog = snapshot.items.some(({ dialog }) => dialog >= 0) && snapshot.items !== snapshot.all;
    const showsCodes = this.#codes.length > 0 && snapshot.tells('recovery');
    const boxes = findSavedBoxes(snapshot);
    const finish = showsCodes || isDialog ? findFinish(snapshot) : undefined;
    if (boxes.length === 0 && (!finish || this.#finishes++ >= MAX_FINISHES)) return true;
    for (const box of boxes) await account.press(box, `Check "${box.label || box.textBefore}"`);
    if (boxes.length > 0) await account.settled();
    const button = boxes.length > 0 ? findFinish(account.snapshot) : finish;
    if (!button) return true;
    await account.press(button, `End: "${button.label}"`);
    return false;
  }

  async #keepCodes(): Promise<void> {
    const { credentials, origin, account } = this.#setUp;
    if (this.#codes.length === 0 || !this.#setUp.once('keep codes')) return;
    const change = await credentials.keeper.propose(origin, { recoveryCodes: this.#codes });
    await (this.#setUp.isConfirmed ? change.confirm() : change.leave());
    await account.runtime.step(`Keep ${this.#codes.length} recovery codes`, () => Promise.resolve());
  }
}
