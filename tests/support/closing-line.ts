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
    const counts = [`${count('expected', 'flaky')} passed`, `${count('unexpected')} failed`];
    // Those that passed only when they ran again, which `--retries` allows, have passed, but are not left unsaid.
    for (const outcome of ['skipped', 'flaky'] as const)
      if (count(outcome) > 0) counts.push(`${count(outcome)} ${outcome}`);
    process.stdout.write(`\n${counts.join(', ')}\n`);
  }
}
