import { readFile } from 'node:fs/promises';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { ChildServer } from '../../src/mcp/wrap/child-server.ts';
import { SharedBrowser } from '../../src/mcp/wrap/shared-browser.ts';
import { LAUNCH_OPTIONS, expect, html, test } from '../support/agent-test.ts';

type Call = readonly [name: string, args: Readonly<Record<string, unknown>>];

const FOLDER = new URL('../../bench/mcp/', import.meta.url);

test('thirty calls have the same results with the wrapper and without it', async ({ startAgent, serve, folder }) => {
  const order = await readFile(new URL('page.html', FOLDER), 'utf8');
  const site = await serve((request, response) =>
    html(response, request.url === '/order' ? order : '<title>Two</title><h1>Second page</h1>'),
  );
  const text = await readFile(new URL('calls.json', FOLDER), 'utf8');
  const calls = JSON.parse(text.replaceAll('{site}', site)) as Call[];
  expect(calls).toHaveLength(30);
  const plain = `${folder}/plain`;
  // A secret is known, so that everything is searched.
  const { server } = await startAgent({ secrets: [['correct horse 77', 'alice/password']] });
  const browser = await SharedBrowser.open({ launchOptions: LAUNCH_OPTIONS });
  const args = ['--endpoint', browser.endpoint, '--output-dir', plain, '--file-paths', 'absolute'];
  const child = await ChildServer.start([...args, '--caps', 'vision,testing'], {}, (line) => line);
  try {
    const [wrapped, own] = [`${folder}/outputs`, plain].map((path) => normalizer(path));
    for (const [name, args] of calls) {
      const [result, expected] = await Promise.all([server.call(name, args), child.call(name, args)]);
      expect(wrapped!(result), name).toEqual(own!(expected));
      expect(expected.isError, name).toBeUndefined();
    }
  } finally {
    await child.stop();
    await browser.close();
  }
});

/** Returns a function that makes results comparable: without times, and with one name for the folder. */
function normalizer(folder: string): (result: CallToolResult) => unknown {
  return (result) =>
    JSON.parse(
      JSON.stringify(result)
        .replaceAll(folder, '/folder')
        .replaceAll(/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z/g, 'TIME')
        .replaceAll(/"data":"[^"]+"/g, '"data":"PICTURE"'),
    );
}
