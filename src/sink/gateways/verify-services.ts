import { randomBytes } from 'node:crypto';
import { ownText } from '../own-text.ts';

const DEFAULT_LENGTH = 6;
const MIN_LENGTH = 4;
const MAX_LENGTH = 10;
const MAX_KEPT = 1000;
/** Maximum length of a name, in characters. */
const MAX_NAME = 200;

/** A service of Twilio Verify: the name and the length of its codes. */
export interface VerifyService {
  readonly sid: string;
  readonly name: string;
  readonly length: number;
  readonly createdAt: number;
}

/** The services that an application has described. Any other id works, too, with codes of six digits. */
export class VerifyServices {
  readonly #kept = new Map<string, VerifyService>();

  /** Returns a service, which need not have been described. */
  get(sid: string): VerifyService {
    return this.#kept.get(sid) ?? { sid, name: '', length: DEFAULT_LENGTH, createdAt: 0 };
  }

  /**
   * Describes a service, new or not.
   *
   * @returns the service, or `undefined` if the length is not one of 4 to 10
   */
  describe(fields: Readonly<Record<string, string>>, sid?: string): VerifyService | undefined {
    const known = sid === undefined ? undefined : this.get(sid);
    const length = Number(fields['CodeLength'] ?? known?.length ?? DEFAULT_LENGTH);
    if (!Number.isInteger(length) || length < MIN_LENGTH || length > MAX_LENGTH) return undefined;
    const service = {
      sid: sid === undefined ? `VA${randomBytes(16).toString('hex')}` : ownText(sid),
      name: ownText((fields['FriendlyName'] ?? known?.name ?? '').slice(0, MAX_NAME)),
      length,
      createdAt: known?.createdAt || Date.now(),
    };
    this.#kept.set(service.sid, service);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return service;
  }
}
