import type { Reporter, TestCase } from '@playwright/test/reporter';

/** Prints only the counts on the last line, for scripts. */
export default class ClosingLine implements Reporter {
  readonly #tests = new Set<TestCase>();

  printsToStdio(): boolean {
    return false;
  }

  onTestEnd(test: TestCase): void {
    this.#tests.add(test);
  }

  onEnd(): void {
    const count = (...outcomes: ReturnType<TestCase['outcome']>[]): number =>
      [...this.#tests].filter((test) => outcomes.includes(test.outcome())).length;
    const counts = [`${count('expected', 'flaky')} passed`, `${count('unexpected')} failed`];
    // Flaky tests, which passed on a retry, count as passed and are also listed separately.
    for (const outcome of ['skipped', 'flaky'] as const)
      if (count(outcome) > 0) counts.push(`${count(outcome)} ${outcome}`);
    process.stdout.write(`\n${counts.join(', ')}\n`);
  }
}
