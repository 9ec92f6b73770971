/** Records a Playwright trace of a large page that changes at every click. */
import { chromium } from '@playwright/test';

/** Words for the page, so that it compresses as real pages do. */
const WORDS = 'sign in with the code that we have just sent to your phone or open the link in the message'.split(' ');

/**
 * Records a trace.
 *
 * @param {string} path path of the trace
 * @param {{ secrets: readonly string[], rows: number, clicks: number, executablePath?: string }} options `secrets` are
 *   typed into the page and shown on it, one per click
 */
export async function recordTrace(path, { secrets, rows, clicks, executablePath }) {
  const browser = await chromium.launch(executablePath ? { executablePath, args: ['--no-first-run'] } : {});
  try {
    const context = await browser.newContext();
    await context.addCookies([{ name: 'session', value: secrets[0], url: 'http://localhost' }]);
    await context.tracing.start({ snapshots: true, screenshots: true, sources: true });
    const page = await context.newPage();
    await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: html(rows) }));
    await page.goto('http://localhost/');
    for (let click = 0; click < clicks; click++) {
      await page.getByLabel('Code').fill(secrets[click % secrets.length]);
      await page.getByRole('button', { name: 'Verify' }).click();
    }
    await context.tracing.stop({ path });
  } finally {
    await browser.close();
  }
}

function html(rows) {
  return `<!doctype html><title>Sign in</title><label>Code <input id=code></label><button>Verify</button><table></table>
<script>
const words = ${JSON.stringify(WORDS)};
let seed = 1;
const random = (most) => (seed = (seed * 48271) % 2147483647) % most;
const draw = () => {
  document.querySelector('table').innerHTML = Array.from({ length: ${rows} }, () =>
    '<tr>' + Array.from({ length: 4 }, () => '<td class=c' + random(9) + '>' + words[random(words.length)] + ' ' + random(99999) + '</td>').join('') + '</tr>').join('');
};
document.querySelector('button').onclick = () => { draw(); document.title = document.querySelector('#code').value; };
draw();
</script>`;
}
