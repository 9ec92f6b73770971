import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

/** Longest excerpt of an error, in characters. */
const MAX_ERROR = 1200;

/**
 * Prints the names of failed and flaky tests with the beginning of each error, then the counts on the last line. Readers
 * of a long log look at its end, and scripts at its last line.
 */
export default class ClosingLine implements Reporter {
  readonly #tests = new Set<TestCase>();

  printsToStdio(): boolean {
    return false;
  }

  onTestEnd(test: TestCase): void {
    this.#tests.add(test);
  }

  onEnd(): void {
    const tests = [...this.#tests];
    const count = (...outcomes: ReturnType<TestCase['outcome']>[]): number =>
      tests.filter((test) => outcomes.includes(test.outcome())).length;
    for (const outcome of ['unexpected', 'flaky'] as const)
      for (const test of tests.filter((one) => one.outcome() === outcome))
        process.stdout.write(
          `\n${outcome === 'flaky' ? 'Flaky' : 'Failed'}: ${titleOf(test)}\n${errorsOf(test.results)}`,
        );
    const counts = [`${count('expected', 'flaky')} passed`, `${count('unexpected')} failed`];
    // Flaky tests, which passed on a retry, count as passed and are also listed separately.
    for (const outcome of ['skipped', 'flaky'] as const)
      if (count(outcome) > 0) counts.push(`${count(outcome)} ${outcome}`);
    process.stdout.write(`\n${counts.join(', ')}\n`);
  }
}

function titleOf(test: TestCase): string {
  const [, project, ...rest] = test.titlePath();
  return `[${project}] › ${rest.join(' › ')}`;
}

function errorsOf(results: readonly TestResult[]): string {
  return results
    .flatMap(({ errors, retry, duration }) =>
      errors.map(({ message = '' }) => {
        const text = stripVTControlCharacters(message).slice(0, MAX_ERROR).replaceAll(/\n+/g, '\n    ');
        return `  attempt ${retry + 1}, after ${Math.round(duration / 1000)} s: ${text}\n`;
      }),
    )
    .join('');
}
