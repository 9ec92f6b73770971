import type { Page } from '@playwright/test';
import { callIn } from '../core/page-script.ts';

/** A cookie or a storage entry that a session may live in. */
interface Trace {
  readonly kind: 'cookie' | 'local storage entry' | 'session storage entry';
  readonly name: string;
  readonly value: string;
}

/** A trace that is new or has another value than before. */
export interface TraceChange {
  readonly isNew: boolean;
  /** `new cookie "sid"` */
  readonly text: string;
}

/** Entry of a storage: its name, and its value or a part of it. */
type StorageEntry = readonly [store: 'local' | 'session', name: string, value: string];

/** Values shorter than this are flags and preferences, in characters. */
const MIN_LENGTH = 12;
/** Names of entries that a site also sets for guests. */
const GUEST_NAMES =
  /csrf|xsrf|^_(?:ga|gid|gat|gcl|fbp|hj|pk|dd|mkto)|consent|cookie|locale|lang|theme|tracking|analytics|amplitude|mixpanel|optimizely|^__cf|cf_clearance|^datadome|flash|^aws-?alb|debug|i18n|experiment|feature|anonymous|visitor|device/i;

/** The cookies and storage entries of a page that may hold a session, at one moment. */
export class SessionTraces {
  readonly #traces: ReadonlyMap<string, Trace>;

  private constructor(traces: readonly Trace[]) {
    this.#traces = new Map(traces.map((trace) => [`${trace.kind} ${trace.name}`, trace]));
  }

  /** Reads the traces of a page. A page that cannot be read has none. */
  static async of(page: Page): Promise<SessionTraces> {
    const [cookies, entries] = await Promise.all([
      page
        .context()
        .cookies()
        .catch(() => []),
      callIn(page.mainFrame(), storageInPage, MIN_LENGTH).catch((): StorageEntry[] => []),
    ]);
    return new SessionTraces([
      ...cookies.map(({ name, value, domain, path }): Trace => {
        return { kind: 'cookie', name: `${name} ${domain} ${path}`, value };
      }),
      ...entries.map(([store, name, value]): Trace => ({ kind: `${store} storage entry`, name, value })),
    ]);
  }

  /** Returns the traces that are new or changed since an earlier moment. */
  changesSince(before: SessionTraces): TraceChange[] {
    return [...this.#traces].flatMap(([key, trace]) => {
      const old = before.#traces.get(key);
      const [name = ''] = trace.kind === 'cookie' ? trace.name.split(' ') : [trace.name];
      if (trace.value.length < MIN_LENGTH || trace.value === old?.value || GUEST_NAMES.test(name)) return [];
      return [{ isNew: old === undefined, text: `${old ? 'changed' : 'new'} ${trace.kind} "${name}"` }];
    });
  }
}

/** Runs in the page. Returns the names of the storage entries, with a fingerprint in place of the value. */
function storageInPage(minLength: number): StorageEntry[] {
  const fingerprint = (value: string): string => {
    let hash = 0;
    for (let at = 0; at < value.length; at++) hash = (hash * 31 + value.charCodeAt(at)) | 0;
    return value.length < minLength ? '' : `${value.length} characters, ${hash}`;
  };
  const entriesOf = (store: 'local' | 'session', storage: Storage): StorageEntry[] =>
    Object.keys(storage).map((name) => [store, name, fingerprint(storage.getItem(name) ?? '')]);
  return [...entriesOf('local', localStorage), ...entriesOf('session', sessionStorage)];
}
