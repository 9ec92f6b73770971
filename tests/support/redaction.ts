import { StreamRedactor } from '../../src/redaction/redact-stream.ts';
import { ArtifactCleaner } from '../../src/redaction/artifact.ts';
import { SecretSet } from '../../src/redaction/secret-set.ts';
import { type RedactSettings, sensitiveNames } from '../../src/redaction/sensitive-names.ts';
import { Redactor } from '../../src/redaction/redactor.ts';
import { ReportRedaction } from '../../src/redaction/report-redaction.ts';

interface Redaction {
  readonly known: SecretSet;
  readonly redactor: Redactor;
  readonly text: StreamRedactor;
  readonly files: ArtifactCleaner;
  readonly report: ReportRedaction;
}

/** All that takes secrets out, as a reporter puts it together. */
export function redactionOf(
  secrets: Readonly<Record<string, string>> = {},
  { maxWhole, ...settings }: RedactSettings & { readonly maxWhole?: number } = {},
): Redaction {
  const known = new SecretSet(Object.entries(secrets).map(([label, value]) => [value, label]));
  const names = sensitiveNames(settings);
  const redactor = new Redactor(known, names);
  const text = new StreamRedactor(redactor, names, maxWhole);
  return { known, redactor, text, files: new ArtifactCleaner(text), report: new ReportRedaction(redactor, text) };
}

/** A text in chunks, cut where a reader of a file or of a socket might cut it. */
export async function* chunksOf(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
