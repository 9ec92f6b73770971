import type { Owner } from '../../message/owner.ts';

/** Returns an owner in a few words: the test, and the place of its file. */
export function shortOwnerText({ title, file, line }: Owner): string {
  const place = file?.split('/').at(-1);
  return place ? `${title} · ${place}${line === undefined ? '' : `:${line}`}` : title;
}

/** Returns where a test runs, such as `e2e/login.spec.ts:12, worker 1, retry 0`; empty for a job. */
export function placeOf({ file, line, worker, retry }: Owner): string {
  const place = file && `${file}${line === undefined ? '' : `:${line}`}`;
  const attempt = retry === undefined ? undefined : retry === 0 ? 'first attempt' : `retry ${retry}`;
  return [place, worker === undefined ? undefined : `worker ${worker}`, attempt].filter(Boolean).join(', ');
}
