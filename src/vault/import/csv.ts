import { TwoFactorError } from '../../core/errors.ts';

/** A row, with the line of the file that it starts on, counted from 1. */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

const FIELD = /"([^"]*(?:""[^"]*)*)"|([^",\r\n]*)/y;

/**
 * Parses comma-separated values. Skips empty lines.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 * @throws TwoFactorError `VAULT_INVALID` with the number of the line, without its content.
 */
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  const field = new RegExp(FIELD);
  let [at, line, start] = [text.startsWith('\ufeff') ? 1 : 0, 1, 1];
  let fields: string[] = [];
  while (at < text.length || fields.length > 0) {
    field.lastIndex = at;
    const [raw = '', quoted, plain = ''] = field.exec(text) ?? [];
    at += raw.length;
    line += raw.split('\n').length - 1;
    fields.push(quoted?.replaceAll('""', '"') ?? plain);
    const separator = /,|\r?\n|$/y;
    separator.lastIndex = at;
    const [end] = separator.exec(text) ?? [];
    if (end === undefined) throw malformed(line);
    at += end.length;
    if (end === ',') continue;
    if (fields.length > 1 || raw !== '') rows.push({ line: start, fields });
    fields = [];
    line += end.length > 0 ? 1 : 0;
    start = line;
  }
  return rows;
}

function malformed(line: number): TwoFactorError {
  const text = `The file is not valid CSV (RFC 4180): line ${line} has a misplaced quote. Export it again, and do not edit it.`;
  return new TwoFactorError('VAULT_INVALID', text);
}
