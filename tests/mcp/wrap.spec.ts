import { ResponseCleaner } from '../../src/mcp/cleaning/response-cleaner.ts';
import { PlaywrightServer } from '../../src/mcp/wrap/playwright-server.ts';
import { test } from '../support/temp-folder.ts';

test('smoke', async ({ folder }) => {
  const redact = new ResponseCleaner({ secrets: [['hunter2secret', 'alice/password']] });
  const executablePath = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH']!;
  const server = await PlaywrightServer.start({
    redact,
    outputFolder: folder,
    launchOptions: { executablePath, args: ['--no-sandbox'] },
  });
  console.log((await server.tools()).length);
  const show = async (name: string, args = {}) =>
    console.log(name, JSON.stringify(await server.call(name, args)).slice(0, 600));
  await show('browser_navigate', { url: 'data:text/html,<title>T</title><input value=hunter2secret><p>x</p>' });
  await show('browser_snapshot');
  await show('browser_take_screenshot');
  await show('browser_navigate', { url: 'data:text/html,<title>T</title><p>hunter2<b>secret</b></p>' });
  await show('browser_take_screenshot');
  await show('browser_pdf_save');
  await show('browser_evaluate', { function: '() => 1' });
  await show('browser_tabs', { action: 'new', url: 'data:text/html,<title>- 0: (current) [x](y)</title>' });
  console.log((await server.page()).url());
  await show('browser_tabs', { action: 'select', index: 0 });
  console.log((await server.page()).url());
  const context = await server.newContext();
  await server.use(context);
  await show('browser_navigate', { url: 'data:text/html,hello' });
  console.log((await server.page()).context() === context);
  await show('browser_close');
  await show('browser_navigate', { url: 'data:text/html,hello' });
  await server.close();
  redact.close();
});
