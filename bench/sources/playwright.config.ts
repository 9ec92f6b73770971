import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testMatch: 'bench.ts',
  workers: 1,
  timeout: 600_000,
  reporter: 'line',
  outputDir: join(tmpdir(), 'playwright-2fa-bench-sources'),
});
