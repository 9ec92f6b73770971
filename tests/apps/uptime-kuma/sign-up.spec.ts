import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from '../test.ts';
import { expectSignedIn } from './signed-in.ts';

const SERVER = fileURLToPath(new URL('app/server.mjs', import.meta.url));

/** The server without a user, which asks the first visitor to create one. */
const setUp = test.extend<{ site: string }>({
  site: async ({}, use) => {
    const server = spawn(process.execPath, [SERVER], {
      env: { ...process.env, PORT: '0', SEED_USERS: '[]' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(server, 'exit');
    const url = await new Promise<string>((resolve, reject) => {
      let told = '';
      server.stdout.setEncoding('utf8').on('data', (text: string) => {
        told += text;
        const found = /ready url=(\S+)/.exec(told)?.[1];
        if (found !== undefined) resolve(found);
      });
      server.once('exit', () => reject(new Error('The server ended before it was ready.')));
    });
    await use(url);
    server.kill();
    await ended;
  },
  baseURL: async ({ site }, use) => use(site),
});

setUp('the first user signs up, and signs in again', async ({ page, persona }) => {
  await persona.signUp(page, '/setup');
  await expectSignedIn(page);
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
  });
  await persona.signIn(page, '/dashboard');
  await expectSignedIn(page);
});
