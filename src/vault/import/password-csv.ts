import { originProblem } from '../../secret/origins.ts';
import type { CsvRow } from './csv.ts';
import { type ImportedEntry, readOtp } from './entry.ts';

/** Column names of a password manager's export. */
export interface Columns {
  readonly title: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly otp: string;
  /** Column with the kind of a row, and its value for a sign-in. */
  readonly kind?: readonly [column: string, wanted: string];
}

/** @see https://bitwarden.com/help/condition-bitwarden-import/ */
export const BITWARDEN: Columns = {
  title: 'name',
  url: 'login_uri',
  username: 'login_username',
  password: 'login_password',
  otp: 'login_totp',
  kind: ['type', 'login'],
};

/** @see https://support.1password.com/export/ */
export const ONE_PASSWORD: Columns = {
  title: 'title',
  url: 'url',
  username: 'username',
  password: 'password',
  otp: 'otpauth',
};

/** True if a header row has the columns of this export. */
export function hasColumns(header: CsvRow | undefined, { title, url, password, otp }: Columns): boolean {
  const names = namesOf(header);
  return [title, url, password, otp].every((name) => names.includes(name));
}

/** Converts each row below the header to an account. */
export function readPasswordCsv([header, ...rows]: readonly CsvRow[], columns: Columns): ImportedEntry[] {
  const names = namesOf(header);
  return rows.map(({ line, fields }) => {
    const field = (name: string): string => fields[names.indexOf(name)] ?? '';
    const title = field(columns.title).slice(0, 60) || '(no title)';
    const entry = { where: `line ${line}`, title, origins: originsIn(field(columns.url)) };
    if (fields.length !== names.length) {
      return { ...entry, problems: [`it has ${fields.length} fields, and the header has ${names.length}`] };
    }
    const [column, wanted] = columns.kind ?? ['', ''];
    if (field(column) !== wanted) return { ...entry, problems: ['it is not a sign-in'] };
    const { otp, problems } = field(columns.otp) ? readOtp(field(columns.otp), title) : { problems: [] };
    const address = entry.origins.length > 0 ? [] : ['it has no web address (https://…)'];
    return {
      ...entry,
      ...(field(columns.username) ? { username: field(columns.username) } : {}),
      ...(field(columns.password) ? { password: field(columns.password) } : {}),
      ...(otp ? { otp } : {}),
      problems: [...address, ...problems],
    };
  });
}

/** Extracts web origins. A field may hold several addresses. Some have no scheme, and some belong to mobile apps. */
function originsIn(addresses: string): string[] {
  const urls = addresses
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((address) => (/^[\w.-]+(?::\d+)?(?:\/|$)/.test(address) ? `https://${address}` : address));
  const origins = urls.flatMap((url) => (URL.canParse(url) ? [new URL(url).origin] : []));
  return [...new Set(origins)].filter((origin) => originProblem(origin) === undefined);
}

function namesOf(header: CsvRow | undefined): string[] {
  return header?.fields.map((name) => name.trim().toLowerCase()) ?? [];
}
