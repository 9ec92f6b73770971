// @ts-check
// The reporter of `npm start`: a line for each test as it ends, and the address of the report.
import { join, relative } from 'node:path';
import { ROOT } from './setup.mjs';

/**
 * @import { FullResult, Reporter, TestCase, TestError, TestResult } from '@playwright/test/reporter'
 */

const REPORT = join(ROOT, 'playwright-report', 'examples');

/** @implements {Reporter} */
export default class DemoReporter {
  /** @type {Map<string, TestResult['status']>} by id of test */
  #ends = new Map();

  printsToStdio() {
    return true;
  }

  /**
   * @param {TestCase} test
   * @param {TestResult} result
   */
  onTestEnd(test, { status, duration, errors }) {
    if (status === 'skipped') return;
    this.#ends.set(test.id, status);
    const mark = status === 'passed' ? '✓' : '✗';
    console.log(`  ${mark} ${test.title.padEnd(38)} ${(duration / 1000).toFixed(1).padStart(5)} s`);
    for (const error of errors) this.onError(error);
  }

  /** @param {TestError} error */
  onError({ message, value }) {
    console.log(`\n${(message ?? value ?? 'unknown error').replace(/^/gm, '      ')}\n`);
  }

  /** @param {FullResult} result */
  onEnd({ duration }) {
    const ends = [...this.#ends.values()];
    const passed = ends.filter((status) => status === 'passed').length;
    const failed = ends.length - passed;
    console.log(`\n${passed} passed${failed > 0 ? `, ${failed} failed` : ''} (${(duration / 1000).toFixed(1)} s)`);
    console.log(`Report: ${join(REPORT, 'index.html')}`);
    console.log(`Traces: npx playwright show-report ${relative(process.cwd(), REPORT)}`);
  }
}
