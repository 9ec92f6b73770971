import type { FullResult, Reporter, TestCase, TestResult, TestStep } from '@playwright/test/reporter';

interface Row {
  readonly ok: boolean;
  readonly factor: string;
  readonly who: string;
  readonly sendToCode: string;
  readonly inAll: string;
  readonly title: string;
}

/** Prints a line for each sign-up and sign-in: who, by which factor, how long from send to code, how long in all. */
export default class FactorSummary implements Reporter {
  readonly #rows: Row[] = [];

  printsToStdio(): boolean {
    return false;
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === 'skipped') return;
    const noted = (type: string): string[] =>
      result.annotations.filter((one) => one.type === type).map(({ description = '' }) => description);
    this.#rows.push({
      ok: result.status === 'passed',
      factor: test.tags[0]?.slice(1) ?? '',
      who: noted('who')[0] ?? '',
      sendToCode: sendToCode(noted('sent'), result.steps),
      inAll: `${(result.duration / 1000).toFixed(2)} s`,
      title: test.title,
    });
  }

  onEnd({ status }: FullResult): void {
    const head = ['', 'factor', 'who', 'send to code', 'in all', 'what'];
    const rows = this.#rows.map(({ ok, factor, who, sendToCode: time, inAll, title }) => [
      ok ? 'ok' : 'FAILED',
      factor,
      who,
      time,
      inAll,
      title,
    ]);
    const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
    const line = (row: string[]): string => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    process.stdout.write(
      `\n${[head, ...rows].map((row) => line(row).trimEnd()).join('\n')}\n\nAll in all: ${status}.\n`,
    );
  }
}

/** From the moment the site began to send, by its own note, to the end of the wait. */
function sendToCode(sent: readonly string[], steps: readonly TestStep[]): string {
  const waits = flatten(steps).filter(({ title }) => /^Wait for (?:code|link) to /.test(title));
  const times = waits.flatMap(({ title, startTime, duration }) => {
    const address = title.split(' ').at(-1) ?? '';
    const end = startTime.getTime() + duration;
    const starts = sent.map((note) => note.split(' ')).filter(([at = '', to]) => to === address && Number(at) <= end);
    const last = Math.max(...starts.map(([at]) => Number(at)));
    return Number.isFinite(last) ? [Math.max(0, end - last)] : [];
  });
  return times.length > 0 ? times.map((ms) => `${ms.toFixed(0)} ms`).join(', ') : '-';
}

function flatten(steps: readonly TestStep[]): TestStep[] {
  return steps.flatMap((step) => [step, ...flatten(step.steps)]);
}
