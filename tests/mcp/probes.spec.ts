import { expect, html, test } from '../support/agent-test.ts';

const CODE = '482913';
const FIELDS = `<label>Code <input id="code" value="${CODE}"></label><p>Sent: ${CODE}</p><label>Note <input id="note"></label>`;

/** Calls that ask whether a guess of a part of the secret is right. */
const PROBES: Readonly<Record<string, (guess: string) => readonly [name: string, args: Record<string, unknown>]>> = {
  'a pattern': (guess) => ['browser_find', { regex: `Code".*${guess}` }],
  'a text in the snapshot': (guess) => ['browser_find', { text: guess }],
  'an attribute': (guess) => ['browser_hover', { target: `input[value^="${guess}"]` }],
  'a text selector': (guess) => ['browser_click', { target: `text=/Sent: ${guess}/` }],
  'a selector of a field of a form': (guess) => [
    'browser_fill_form',
    { fields: [{ name: 'Note', type: 'textbox', target: `input:near([value*="${guess}"])`, value: 'x' }] },
  ],
  'an end of a drag': (guess) => ['browser_drag', { startTarget: '#note', endTarget: `[value^="${guess}"]` }],
  'a short text to wait for': (guess) => ['browser_wait_for', { text: guess }],
  'a short text to vanish': (guess) => ['browser_wait_for', { textGone: guess }],
  'a filter of requests': (guess) => ['browser_network_requests', { filter: `code=${guess}` }],
  'a check of a text': (guess) => ['browser_verify_text_visible', { text: guess }],
  'a check of a value': (guess) => [
    'browser_verify_value',
    { type: 'textbox', element: 'Code', target: 'e2', value: guess },
  ],
};

for (const [what, probe] of Object.entries(PROBES)) {
  test(`${what} does not tell whether a guess is right`, async ({ startAgent, serve }) => {
    const site = await serve((_, response) => html(response, FIELDS));
    const { server, text } = await startAgent({ secrets: [[CODE, 'alice/code']] });
    await text('browser_navigate', { url: `${site}/?code=${CODE}` });
    const [right, wrong] = [await server.call(...probe('48')), await server.call(...probe('57'))];
    expect(right.isError).toBe(true);
    expect(right).toEqual(wrong);
  });
}

test('a page without a secret is searched', async ({ startAgent, serve }) => {
  const site = await serve((_, response) => html(response, '<h1>Order 17</h1>'));
  const { text } = await startAgent({ secrets: [[CODE, 'alice/code']] });
  await text('browser_navigate', { url: site });
  expect(await text('browser_find', { regex: 'Order \\d' })).toContain('Order 17');
});

test('what was copied on one page is not pasted into another', async ({ startAgent, serve }) => {
  const site = await serve((_, response) => html(response, FIELDS));
  const evil = await serve((_, response) => html(response, '<input id="note" autofocus>'));
  const { server, text } = await startAgent({ secrets: [[CODE, 'alice/code']] });
  await text('browser_navigate', { url: site });
  await text('browser_click', { target: '#code' });
  for (const key of ['Control+A', 'Control+C']) await text('browser_press_key', { key });
  await text('browser_navigate', { url: evil });
  await text('browser_click', { target: '#note' });
  for (const key of ['Control+V', 'ControlOrMeta+v', 'Shift+Insert', 'ControlLeft+KeyV', 'Paste'])
    expect((await server.call('browser_press_key', { key })).isError, key).toBe(true);
  expect((await server.call('browser_click', { target: '#note', button: 'middle' })).isError).toBe(true);
  expect(await (await server.page()).locator('#note').inputValue()).toBe('');
  await text('browser_press_key', { key: 'v' });
  expect(await (await server.page()).locator('#note').inputValue()).toBe('v');
});
