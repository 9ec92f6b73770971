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

/** Creates the parts of redaction, connected as in the reporter. */
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

/** Yields a text in chunks of the given sizes, as a file or a socket may deliver it. */
export async function* chunksOf(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
