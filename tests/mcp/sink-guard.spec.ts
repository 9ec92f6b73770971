import { chromium } from '@playwright/test';
import { LAUNCH_OPTIONS, type Serve, expect, html, test } from '../support/agent-test.ts';

/** A page that asks for the sink in each way in which a page can. */
const asking = (sink: string): string => `
  <iframe src="${sink}/frame"></iframe><img src="${sink}/image">
  <script>
    const asked = [
      fetch('${sink}/fetch', { mode: 'no-cors' }),
      new Promise((resolve) => { new WebSocket('${sink.replace('http', 'ws')}/socket').onclose = resolve; }),
      new Promise((resolve) => { new Worker('/worker.js').onmessage = resolve; }),
      navigator.serviceWorker.register('/service-worker.js').then(() => navigator.serviceWorker.ready),
    ];
    const timeout = new Promise((resolve) => setTimeout(resolve, 3000));
    Promise.allSettled(asked.map((one) => Promise.race([one, timeout]))).then(() => { document.title = 'Done'; });
  </script>`;
const ASK = (sink: string, path: string): string =>
  `fetch('${sink}/${path}', { mode: 'no-cors' }).catch(() => undefined)`;

/** Starts a sink, and a site whose page asks for it. */
async function startSites(serve: Serve): Promise<{ sink: string; named: string; site: string; seen: string[] }> {
  const seen: string[] = [];
  const sink = await serve((request, response) => {
    seen.push(request.url ?? '');
    html(response, 'Your code is 482913');
  });
  const named = sink.replace('127.0.0.1', 'localhost');
  const site = await serve((request, response) => {
    const script = (text: string): void =>
      void response.writeHead(200, { 'content-type': 'text/javascript' }).end(text);
    if (request.url === '/redirect') response.writeHead(302, { location: `${named}/redirect` }).end();
    else if (request.url === '/worker.js') script(`${ASK(sink, 'worker')}.then(() => postMessage(1))`);
    else if (request.url === '/service-worker.js')
      script(`addEventListener('install', (event) => event.waitUntil(${ASK(sink, 'service-worker')}))`);
    else html(response, asking(sink));
  });
  return { sink, named, site, seen };
}

for (const kind of ['launched', 'running'] as const) {
  test(`nothing of a ${kind} browser reaches the sink`, async ({ startAgent, serve }) => {
    const { sink, named, site, seen } = await startSites(serve);
    const running = kind === 'running' ? await chromium.launch(LAUNCH_OPTIONS) : undefined;
    const endpoint = running && (await running.bind('test')).endpoint;
    const { server, text } = await startAgent({ sinkUrl: sink, ...(endpoint && { endpoint }) });
    const addresses = [sink, named, sink.replace('127.0.0.1', '127.0.0.2'), sink.replace('127.0.0.1', 'a.localhost')];
    for (const address of addresses)
      expect(await text('browser_navigate', { url: `${address}/direct` }), address).toContain('### Error');
    await text('browser_navigate', { url: site });
    await (await server.page()).waitForFunction('document.title === "Done"');
    await text('browser_tabs', { action: 'new', url: `${sink}/tab` });
    expect(seen).toEqual([]);
    // A redirect passes the routes of a running browser, but not its result.
    expect(await text('browser_navigate', { url: `${site}/redirect` })).toContain('### Error');
    expect(await text('browser_snapshot')).not.toContain('482913');
    if (kind === 'launched') expect(seen).toEqual([]);
    await server.use(await server.newContext());
    expect(await text('browser_navigate', { url: `${sink}/other-context` })).toContain('### Error');
    expect(seen.filter((url) => url !== '/redirect')).toEqual([]);
    await running?.close();
  });
}

test('without the guard, the same page reaches the sink in each way', async ({ startAgent, serve }) => {
  const { site, seen } = await startSites(serve);
  const { server, text } = await startAgent();
  await text('browser_navigate', { url: site });
  await (await server.page()).waitForFunction('document.title === "Done"');
  await text('browser_navigate', { url: `${site}/redirect` });
  expect(await text('browser_snapshot')).toContain('482913');
  const ways = ['/frame', '/image', '/fetch', '/socket', '/worker', '/service-worker', '/redirect'];
  expect(seen).toEqual(expect.arrayContaining(ways));
});
