import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { readInPage } from '../../src/mcp/cleaning/page-content.ts';
import { PictureGuard } from '../../src/mcp/cleaning/picture-guard.ts';
import { ResponseCleaner } from '../../src/mcp/cleaning/response-cleaner.ts';
import { type Agent, expect, html, pageUrl, test, textOf } from '../support/agent-test.ts';

const PASSWORD = 'correct horse 77';
const CODE = '482913';
const SECRETS = [
  [PASSWORD, 'alice/password'],
  [CODE, 'alice/code'],
] as const;
const [FIRST, SECOND] = [CODE.slice(0, 2), CODE.slice(2)];

/** Pages that show a secret, by where. */
const SHOWN: Readonly<Record<string, string>> = {
  'a paragraph': `<p>Your code is ${CODE}</p>`,
  'several elements': `<span>${FIRST}</span><b>${SECOND}</b>`,
  'several elements between other digits': `<i>x${FIRST}</i><i>${SECOND}</i><i>5</i>`,
  'an element for each digit': [...CODE].map((digit) => `<span class="digit">${digit}</span>`).join('\n'),
  'a frame': `<iframe srcdoc="<p>${CODE}</p>"></iframe>`,
  'a frame in a frame': `<iframe srcdoc="<iframe srcdoc='<p>${CODE}</p>'></iframe>"></iframe>`,
  'an open shadow root': `<div id="host"></div><script>host.attachShadow({ mode: 'open' }).innerHTML = '<p>${CODE}</p>';</script>`,
  'a closed shadow root': `<div id="host"></div><script>host.attachShadow({ mode: 'closed' }).innerHTML = '<p>${CODE}</p>';</script>`,
  'a style sheet': `<style>p::after { content: attr(data-code); }</style><p data-code="${CODE}">Code</p>`,
  'a placeholder': `<input placeholder="Not ${PASSWORD}">`,
  'the text for a broken picture': `<img src="/none.png" alt="${PASSWORD}" width="200" height="50">`,
  'a button': `<input type="button" value="Copy ${CODE}">`,
  'a list': `<select><option>${PASSWORD}</option></select>`,
  'capital letters': `<p style="text-transform: uppercase">${PASSWORD}</p>`,
  'a drawing': `<svg><text y="20">${CODE}</text></svg>`,
  'text that may be edited': `<div contenteditable>${PASSWORD}</div>`,
};

/** Pages that hold a secret, but do not show it. */
const HELD: Readonly<Record<string, string>> = {
  'a password field': `<input type="password" value="${PASSWORD}">`,
  'a text field': `<input value="${PASSWORD}"><textarea>code ${CODE}</textarea>`,
  'a field in a closed shadow root': `<div id="host"></div><script>host.attachShadow({ mode: 'closed' }).innerHTML = '<input value="${CODE}">';</script>`,
  'a field in a frame': `<iframe srcdoc="<input value='${CODE}'>"></iframe>`,
  'a field for each digit': [...CODE].map((digit) => `<input size="1" maxlength="1" value="${digit}">`).join(''),
  'the title': `<title>${CODE}</title>`,
  'a script': `<script>const code = '${CODE}';</script>`,
};

/** Takes a picture of a page. */
async function pictureOf({ server, text }: Agent, url: string, args = {}): Promise<CallToolResult> {
  await text('browser_navigate', { url });
  return await server.call('browser_take_screenshot', args);
}

test('a picture of a page that shows a secret is withheld, with its name', async ({ startAgent, serve, folder }) => {
  const agent = await startAgent({ secrets: SECRETS });
  for (const [where, content] of Object.entries(SHOWN)) {
    const site = await serve((_, response) => html(response, content));
    const result = await pictureOf(agent, site);
    expect(textOf(result), where).toMatch(
      /The picture was withheld: the page shows \[secret alice\/(?:password|code)\]/,
    );
    expect(result.isError, where).toBe(true);
    expect(await agent.text('browser_pdf_save'), where).toContain('withheld');
  }
  expect((await readdir(join(folder, 'outputs'))).filter((name) => /png|pdf$/.test(name))).toEqual([]);
});

test('a frame of another site is searched, too', async ({ startAgent, serve }) => {
  const inner = await serve((_, response) => html(response, `<p>${CODE}</p>`));
  const outer = await serve((_, response) =>
    html(response, `<iframe src="${inner.replace('127.0.0.1', 'b.localhost')}"></iframe>`),
  );
  const agent = await startAgent({ secrets: SECRETS });
  expect(textOf(await pictureOf(agent, outer.replace('127.0.0.1', 'a.localhost')))).toContain('withheld');
});

test('the picture of a page with a secret in a field shows dots', async ({ startAgent, serve }) => {
  const agent = await startAgent({ secrets: SECRETS });
  for (const [where, content] of Object.entries(HELD)) {
    const other = content.replaceAll(PASSWORD, 'another horse 88').replaceAll(CODE, '731064');
    const digits = [...'731064'];
    const boxes =
      where === 'a field for each digit' ? other.replaceAll(/value="\d"/g, () => `value="${digits.shift()}"`) : other;
    // The same secret in one place, and another one of the same length: only dots make the pictures the same.
    agent.redact.known.add('another horse 88', 'bob/password');
    agent.redact.known.add('731064', 'bob/code');
    const pictures = await Promise.all(
      [content, boxes].map(async (body) => await serve((_, response) => html(response, body))),
    );
    const [first, second] = [await pictureOf(agent, pictures[0]!), await pictureOf(agent, pictures[1]!)];
    expect(first.isError, where).toBeUndefined();
    const imageOf = ({ content: items }: CallToolResult): string => {
      const image = items.find(({ type }) => type === 'image');
      return image?.type === 'image' ? image.data : '';
    };
    expect(imageOf(first).length, where).toBeGreaterThan(100);
    expect(imageOf(first) === imageOf(second), where).toBe(true);
  }
});

test('without a secret, the page is not read', async ({ startAgent }) => {
  const { server, text } = await startAgent();
  await text('browser_navigate', { url: pageUrl(SHOWN['a paragraph']!) });
  expect((await server.call('browser_take_screenshot')).isError).toBeUndefined();
  const { text: other } = await startAgent({ secrets: SECRETS, redact: false });
  await other('browser_navigate', { url: pageUrl(SHOWN['a paragraph']!) });
  expect(await other('browser_take_screenshot')).toContain('[image]');
});

test('a PDF is withheld if a style sheet for print could show a secret', async ({ startAgent }) => {
  const { text } = await startAgent({ secrets: SECRETS });
  const style = '<style>p { display: none } @media print { p { display: block } }</style>';
  await text('browser_navigate', { url: pageUrl(`${style}<p>${CODE}</p>`) });
  expect(await text('browser_take_screenshot')).toContain('[image]');
  expect(await text('browser_pdf_save')).toContain('withheld');
});

test('an open dialog is the answer of Playwright, and no picture', async ({ startAgent }) => {
  const { text } = await startAgent({ secrets: SECRETS });
  await text('browser_navigate', { url: pageUrl(`<button onclick="alert('${CODE}')">Ask</button>`) });
  expect(await text('browser_click', { target: 'button' })).toContain('dialog with message "[secret alice/code]"');
  expect(await text('browser_take_screenshot')).toContain('does not handle the modal state');
  await text('browser_handle_dialog', { accept: true });
  expect(await text('browser_take_screenshot')).toContain('[image]');
});

test('a page that shows the secret after it was searched has its picture removed', async ({ startAgent, folder }) => {
  const { server, redact, text } = await startAgent({ secrets: SECRETS });
  await text('browser_navigate', { url: pageUrl('<p>Nothing</p>') });
  const page = await server.page();
  const outputs = join(folder, 'pictures');
  await mkdir(outputs);
  const guard = new PictureGuard(redact, outputs);
  const [own, named, older] = ['page-2.png', 'named.png', 'page-1.png'].map((name) => join(outputs, name));
  await writeFile(older!, 'older');
  const call = async (): Promise<CallToolResult> => {
    for (const path of [own!, named!]) await writeFile(path, 'picture');
    await page.setContent(`<p>${CODE}</p>`);
    return { content: [{ type: 'image', data: 'cGljdHVyZQ==', mimeType: 'image/png' }] };
  };
  const result = await guard.take({ page: async () => page, file: named, isPrinted: false, call });
  expect(textOf(result)).toContain('withheld');
  expect([own, named, older].map((path) => existsSync(path!))).toEqual([false, false, true]);
});

test('a script reads the same of a page where the browser does not describe its layout', async ({
  startAgent,
  serve,
}) => {
  const { server, text } = await startAgent();
  const page = await server.page();
  const cleaner = new ResponseCleaner({ secrets: SECRETS });
  const unread = new Set(['a frame', 'a frame in a frame', 'a closed shadow root', 'a style sheet']);
  for (const [where, content] of Object.entries(SHOWN)) {
    if (unread.has(where)) continue;
    await text('browser_navigate', { url: await serve((_, response) => html(response, content)) });
    const { texts } = await page.evaluate(readInPage, { isPrinted: false });
    expect(cleaner.labelsIn([texts.join(' '), texts.join('')]), where).not.toEqual([]);
  }
  await text('browser_navigate', { url: await serve((_, response) => html(response, HELD['a text field']!)) });
  const read = async (): Promise<string[]> => (await page.evaluate(readInPage, { isPrinted: false })).values;
  expect(await read()).toEqual([PASSWORD, `code ${CODE}`]);
  await page.evaluate(readInPage, { isPrinted: false, conceal: 0 });
  expect(await read()).toEqual([`code ${CODE}`]);
  cleaner.close();
});
