/**
 * Reads a folder of real pages with known answers: `pages/pages.jsonl` with `pages/html`, and `signup/signup.jsonl` with
 * `signup/html`. Each line names a file, the path it is served at, the expected kind and factors, and the product.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

/** Kinds whose factors count. */
const WITH_FACTORS = /^(?:code|choose|recovery|passkey|link-sent)$/;
const ASKS_FOR_NOTHING = /^(?:unknown|signed-in)$/;
const SIGN_IN = /^(?:credentials|identifier|password)$/;
/** Older spelling of a kind in such folders. */
const SPELLING = { enrol: 'enroll' };
/** Finer kinds of a page that asks for no identity. */
const FINER = { consent: 'unknown', 'choose-account': 'unknown' };

/** Returns the entries of a folder. `file` is the full path of the page. */
export function readCorpus(folder) {
  return ['pages', 'signup'].flatMap((part) => {
    const list = join(folder, part, `${part}.jsonl`);
    if (!existsSync(list)) return [];
    const lines = readFileSync(list, 'utf8').trim().split('\n');
    return lines.map((line) => {
      const entry = JSON.parse(line);
      const kinds =
        part === 'signup' ? [] : [entry.kind, ...(entry.alsoKinds ?? [])].map((kind) => SPELLING[kind] ?? kind);
      const file = join(folder, part, 'html', entry.file);
      return { ...entry, part, kinds, file, path: entry.url?.startsWith('/') ? entry.url : '/' };
    });
  });
}

/** Calls back for each entry with a page that shows it. */
export async function visitCorpus(context, entries, visit) {
  let file = '';
  const server = createServer((request, response) => {
    if (!/html/.test(request.headers.accept ?? '')) return void response.writeHead(404).end();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(readFileSync(file));
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const page = await context.newPage();
  try {
    for (const entry of entries) {
      file = entry.file;
      await page.goto(`http://127.0.0.1:${server.address().port}${entry.path}`);
      await visit(page, entry);
    }
  } finally {
    await page.close();
    server.close();
  }
}

/** True if a kind is one of the expected kinds of an entry. */
export function isRight(entry, kind) {
  return entry.kinds.includes(kind) || entry.kinds.includes(FINER[kind] ?? kind);
}

/** Compares a challenge with its entry. */
export function judgeCorpus(entry, { kind, factors, fields }) {
  if (entry.part === 'signup') return { signUpAsSignIn: entry.isSignUp && SIGN_IN.test(kind) };
  const got = factors.map(({ factor }) => factor);
  const wanted = entry.factors;
  const may = new Set([...(wanted ?? []), ...(entry.mayFactors ?? [])]);
  const isScored = wanted !== null && WITH_FACTORS.test(entry.kind);
  return {
    kind: isRight(entry, kind),
    factors: isScored ? wanted.every((one) => got.includes(one)) && got.every((one) => may.has(one)) : undefined,
    falseSignedIn: kind === 'signed-in' && !entry.kinds.includes('signed-in'),
    fieldWhereNone: ASKS_FOR_NOTHING.test(entry.kind) && fields.length > 0,
  };
}
