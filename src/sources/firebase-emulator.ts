import { TwoFactorError } from '../core/errors.ts';
import { HttpClient } from '../core/http-client.ts';
import { type MessageKind, foldAddress } from '../message/address.ts';
import { type DefinedSource, defineSource } from './polling/define-source.ts';
import type { SourceDriver, SourceMailbox, SourceMessage, SourceSighting } from './polling/driver.ts';

export interface FirebaseEmulatorOptions {
  /** Id of the project that the application uses, such as 'demo-shop'. */
  readonly project: string;
  /** URL of the emulator. @default that of `FIREBASE_AUTH_EMULATOR_HOST`, else 'http://127.0.0.1:9099' */
  readonly url?: string;
  /** Id of the tenant, for a project with several. @default none */
  readonly tenant?: string;
  /** Sends the requests. @default Node's fetch */
  readonly fetch?: typeof fetch;
}

const DEFAULT_URL = 'http://127.0.0.1:9099';

/**
 * Codes and links of the emulator of Firebase Authentication, which sends nothing: it lists them. They appear as SMS and as
 * mail of Firebase.
 *
 * @throws TwoFactorError `SETTINGS_INVALID` if `project` is missing
 * @example
 * const firebase = firebaseEmulator({ project: 'demo-shop' });
 * export default withTwoFactor(config, { mail: firebase, sms: firebase });
 *
 * @see https://firebase.google.com/docs/reference/rest/auth#section-auth-emulator
 */
export function firebaseEmulator(options: FirebaseEmulatorOptions): DefinedSource {
  if (typeof options?.project === 'string' && options.project !== '')
    return defineSource(new FirebaseEmulator(options));
  const text = "firebaseEmulator() needs the id of the project: firebaseEmulator({ project: 'demo-shop' }).";
  throw new TwoFactorError('SETTINGS_INVALID', text);
}

/** The ids of the messages that were there. */
type Mark = ReadonlySet<string>;

class FirebaseEmulator implements SourceDriver<Mark> {
  readonly kinds = ['email', 'sms'] as const;
  readonly #options: FirebaseEmulatorOptions;
  /** Time at which each listed message was first seen, in milliseconds since the epoch. The emulator does not tell. */
  readonly #seenAt = new Map<string, number>();
  #http: HttpClient | undefined;
  #env: Readonly<Record<string, string | undefined>> = process.env;

  constructor(options: FirebaseEmulatorOptions) {
    this.#options = options;
  }

  get name(): string {
    return `the Firebase emulator at ${this.#url} (project ${this.#options.project})`;
  }

  async mark(box: SourceMailbox): Promise<Mark> {
    return new Set((await this.#listTo(box)).map(({ id }) => id));
  }

  async since(mark: Mark, box: SourceMailbox): Promise<SourceMessage[]> {
    return (await this.#listTo(box)).filter(({ id }) => !mark.has(id));
  }

  async others(since: number, { kind, signal }: SourceMailbox): Promise<SourceSighting[]> {
    return (await this.#list(kind, signal)).filter(({ receivedAt }) => Number(receivedAt) >= since).toReversed();
  }

  useEnvironment(env: Readonly<Record<string, string | undefined>>): void {
    this.#env = env;
  }

  get #url(): string {
    const host = this.#env['FIREBASE_AUTH_EMULATOR_HOST'];
    return (this.#options.url ?? (host ? `http://${host}` : DEFAULT_URL)).replace(/\/$/, '');
  }

  async #listTo({ kind, folded, signal }: SourceMailbox): Promise<SourceMessage[]> {
    return (await this.#list(kind, signal)).filter(({ to }) => to.some((one) => foldAddress(kind, one) === folded));
  }

  /** Lists the messages to all addresses, oldest first. */
  async #list(kind: MessageKind, signal: AbortSignal): Promise<SourceMessage[]> {
    const { project, tenant, fetch } = this.#options;
    this.#http ??= new HttpClient({ name: this.name, url: this.#url, fetch, ifRefused: 'It needs no authorization.' });
    const path = ['projects', project, ...(tenant === undefined ? [] : ['tenants', tenant])].map(encodeURIComponent);
    const what = kind === 'sms' ? 'verificationCodes' : 'oobCodes';
    const { body } = await this.#http.json(`emulator/v1/${path.join('/')}/${what}`, { signal });
    const messages = kind === 'sms' ? this.#texts(body as CodeList) : this.#mails(body as CodeList);
    return messages.map((message) => ({ ...message, receivedAt: this.#firstSeen(message.id) }));
  }

  #texts({ verificationCodes = [] }: CodeList): Undated[] {
    const from = 'Firebase';
    return verificationCodes.map(({ sessionInfo, phoneNumber, code }) => ({
      ...{ id: sessionInfo, from, to: [phoneNumber] },
      read: () => `${code} is your verification code for ${this.#options.project}.`,
    }));
  }

  #mails({ oobCodes = [] }: CodeList): Undated[] {
    const { project } = this.#options;
    const from = `noreply@${project}.firebaseapp.com`;
    return oobCodes.map(({ oobCode, oobLink, email, newEmail, requestType }) => {
      const subject = SUBJECTS[requestType] ?? `${requestType} for`;
      const plain = `Hello,\n\nFollow this link. ${subject} ${project}:\n\n${oobLink}\n`;
      const read = (): object => ({ from, subject: `${subject} ${project}`, plain });
      return { id: oobCode, from, to: [newEmail ?? email], read };
    });
  }

  #firstSeen(id: string): number {
    const known = this.#seenAt.get(id) ?? Date.now();
    this.#seenAt.delete(id);
    this.#seenAt.set(id, known);
    const [oldest] = this.#seenAt.keys();
    if (this.#seenAt.size > MAX_SEEN && oldest !== undefined) this.#seenAt.delete(oldest);
    return known;
  }
}

type Undated = Omit<SourceMessage, 'receivedAt'>;

/** Maximum number of messages whose times are kept. */
const MAX_SEEN = 10_000;

/** Beginning of the subject of each kind of mail. */
const SUBJECTS: Readonly<Record<string, string>> = {
  EMAIL_SIGNIN: 'Sign in to',
  PASSWORD_RESET: 'Reset your password for',
  VERIFY_EMAIL: 'Verify your email for',
  VERIFY_AND_CHANGE_EMAIL: 'Verify your new email for',
};

/** Lists of the emulator. */
interface CodeList {
  readonly verificationCodes?: readonly {
    readonly sessionInfo: string;
    readonly phoneNumber: string;
    readonly code: string;
  }[];
  readonly oobCodes?: readonly {
    readonly oobCode: string;
    readonly oobLink: string;
    readonly email: string;
    readonly newEmail?: string;
    readonly requestType: string;
  }[];
}
