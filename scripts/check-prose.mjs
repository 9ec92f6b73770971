// @ts-check
// npm run prose: finds comments, messages and docs that are hard to read. Uses only Node's built-ins.
// It checks form, not meaning: a doc comment must begin with a verb or a noun phrase, and some phrases have a plainer
// form. Arguments are files. Without arguments, all files of the project are checked.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Openings of a doc comment that make its sentence a relative clause. */
const OPENING = /^(?:What|Who|Whoever|Whom|Whose|How|Whether|Where|When|Why|Which|So many|So much|As far as|Those)\b/;

/** Phrases with a plainer form, each with that form. Matched in comments, in strings and in docs. */
const PHRASES = [
  [/\b(?:whoever|whomever|whosoever)\b/i, 'name the caller, the test or the process'],
  [/\banew\b/i, '"again"'],
  [/\bin vain\b/i, '"without success", "timed out"'],
  [/\bmend(?:s|ed|ing)?\b/i, '"fix"'],
  [/\bso many\b/i, 'name the number'],
  [/(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|more than\b|match\b|one\b)/i, '"is not a", "must be"'],
  [/\b(?:come|came|comes) by\b/i, '"obtain", "open"'],
  [/\bis to be had\b|\bto be had\b/i, '"is available"'],
  [/\bis not right\b/i, '"is invalid"'],
];

/** Word lists are data, and tests quote messages of others. */
const DATA =
  /^(?:src\/language\/.*\/(?!index|meaning)|tests\/(?:gallery|messages)\/|bench\/peers\/|tests\/apps\/[^/]+\/app\/)/;

const given = process.argv.slice(2);
const files = given.length > 0 ? given : listFiles();
const findings = files.filter((file) => !DATA.test(file)).flatMap(check);
for (const { file, line, text, why } of findings) console.error(`${file}:${line}: ${why}: ${text}`);
console.error(findings.length === 0 ? `Prose of ${files.length} files is plain.` : `${findings.length} findings.`);
if (findings.length > 0) process.exitCode = 1;

function listFiles() {
  const patterns = ['*.md', 'src', 'fixtures', 'tests', 'bench', 'scripts', 'docs', 'examples', '.ci/run'];
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns], {
    cwd: ROOT,
  });
  return listed
    .toString()
    .split('\n')
    .filter((file) => /\.(?:ts|mjs|md)$|^\.ci\/run$/.test(file) && existsSync(`${ROOT}/${file}`))
    .filter((file) => file !== 'scripts/check-prose.mjs');
}

/** @param {string} file */
function check(file) {
  const text = readFileSync(existsSync(file) ? file : `${ROOT}/${file}`, 'utf8');
  return file.endsWith('.md')
    ? checkPhrases(file, text, () => true)
    : [...checkOpenings(file, text), ...checkCode(file, text)];
}

/**
 * @param {string} file
 * @param {string} text
 */
function checkOpenings(file, text) {
  return [...text.matchAll(/\/\*\*\s*(?:\n\s*\*\s*)?(\S[^\n]*)/g)].flatMap(({ index, 1: sentence = '' }) =>
    OPENING.test(sentence)
      ? [{ file, line: lineAt(text, index), text: sentence.slice(0, 100), why: 'begin with a verb or a noun phrase' }]
      : [],
  );
}

/**
 * @param {string} file
 * @param {string} text
 */
function checkCode(file, text) {
  // Strings in tests contain texts of others. Titles and comments are ours.
  const isOurs = file.startsWith('tests/')
    ? (/** @type {string} */ line) => /^\s*(?:\/\/|\/?\*|(?:test|test\.describe|bench|it)\()/.test(line)
    : (/** @type {string} */ line) => /\/\/|^\s*\/?\*|['`"]/.test(line);
  return checkPhrases(file, text, isOurs);
}

/**
 * @param {string} file
 * @param {string} text
 * @param {(line: string) => boolean} isOurs
 */
function checkPhrases(file, text, isOurs) {
  return text.split('\n').flatMap((line, index) => {
    if (!isOurs(line)) return [];
    return PHRASES.flatMap(([pattern, instead]) => {
      const [found] = /** @type {RegExp} */ (pattern).exec(line) ?? [];
      return found === undefined
        ? []
        : [{ file, line: index + 1, text: line.trim().slice(0, 100), why: `"${found}" -> ${instead}` }];
    });
  });
}

/**
 * @param {string} text
 * @param {number} index
 */
function lineAt(text, index) {
  return text.slice(0, index).split('\n').length;
}
