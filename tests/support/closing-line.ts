import type { Reporter, TestCase } from '@playwright/test/reporter';

/** Prints the counts alone on the last line, for scripts. */
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
    const skipped = count('skipped');
    process.stdout.write(
      `\n${count('expected', 'flaky')} passed, ${count('unexpected')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
    );
  }
}
