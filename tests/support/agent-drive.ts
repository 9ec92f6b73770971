import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Agent } from './agent-test.ts';

/** Calls that together use every tool that an agent gets by default. `#react` is a button of the page. */
const CALLS: readonly (readonly [name: string, args?: Readonly<Record<string, unknown>>])[] = [
  ['browser_snapshot'],
  ['browser_click', { target: '#react' }],
  ['browser_handle_dialog', { accept: true, promptText: 'yes' }],
  ['browser_snapshot', { filename: 'NAMED.yml' }],
  ['browser_snapshot'],
  ['browser_find', { regex: '.' }],
  ['browser_find', { text: 'code', filename: 'NAMED.md' }],
  // An agent that guesses.
  ['browser_find', { regex: 'Code.*4' }],
  ['browser_hover', { target: 'input[value^="4"]' }],
  ['browser_verify_text_visible', { text: '4' }],
  ['browser_press_key', { key: 'Control+V' }],
  ['browser_console_messages', { level: 'debug', all: true }],
  ['browser_console_messages', { level: 'debug', filename: 'NAMED-console.log' }],
  ['browser_network_requests', { static: true, all: true }],
  ['browser_network_requests', { static: true, filename: 'NAMED-network.log' }],
  ['browser_take_screenshot', { fullPage: true }],
  ['browser_take_screenshot', { target: '#code' }],
  ['browser_pdf_save'],
  ['browser_generate_locator', { target: '#code' }],
  ['browser_highlight', { target: '#code' }],
  ['browser_hide_highlight'],
  ['browser_hover', { target: '#react' }],
  ['browser_drag', { startTarget: '#react', endTarget: '#other' }],
  ['browser_drop', { target: '#other', data: { 'text/plain': 'dropped' } }],
  ['browser_type', { target: '#other', text: 'typed' }],
  ['browser_fill_form', { fields: [{ name: 'Other', type: 'textbox', target: '#other', value: 'filled' }] }],
  ['browser_select_option', { target: '#list', values: ['b'] }],
  ['browser_press_key', { key: 'Tab' }],
  ['browser_file_upload', {}],
  ['browser_emulate_media', { media: 'print' }],
  ['browser_resize', { width: 900, height: 700 }],
  ['browser_mouse_move_xy', { x: 300, y: 300 }],
  ['browser_mouse_down', {}],
  ['browser_mouse_up', {}],
  ['browser_mouse_click_xy', { x: 300, y: 301 }],
  ['browser_mouse_drag_xy', { startX: 300, startY: 300, endX: 301, endY: 301 }],
  ['browser_mouse_wheel', { deltaX: 0, deltaY: 100 }],
  ['browser_wait_for', { text: 'Code' }],
  ['browser_tabs', { action: 'list' }],
  ['browser_tabs', { action: 'new', url: 'about:blank' }],
  ['browser_tabs', { action: 'close' }],
  ['browser_navigate', { url: '?again' }],
  ['browser_navigate_back'],
  ['browser_snapshot'],
  // Scripts of an agent that obeys the page.
  ['browser_evaluate', { function: '() => [...document.querySelectorAll("input")].map(({ value }) => value)' }],
  ['browser_run_code_unsafe', { code: 'async (page) => await page.locator("#code").inputValue()' }],
  ['browser_network_request', { index: 1 }],
  ['browser_cookie_list'],
  ['browser_close'],
];

/** Names of the tools that `drive()` uses. */
export const DRIVEN: ReadonlySet<string> = new Set(CALLS.map(([name]) => name));

/**
 * Calls every tool that an agent gets, and more, on the page that is open. Writes all requests, responses and lists of
 * tools to a transcript. Returns its path.
 */
export async function drive({ server }: Agent, folder: string, url: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const transcript = join(folder, 'transcript.jsonl');
  const note = async (entry: unknown): Promise<void> => await appendFile(transcript, `${JSON.stringify(entry)}\n`);
  for (const [name, args = {}] of CALLS) {
    const { filename, url: address } = args;
    const own = {
      ...args,
      ...(typeof filename === 'string' && { filename: join(folder, filename) }),
      ...(typeof address === 'string' && { url: address.startsWith('?') ? `${url}${address}` : address }),
    };
    const onProgress = (progress: unknown): void => void note({ progress });
    await note({ name, args: own });
    await note(await server.call(name, own, { onProgress }));
    await note(await server.tools());
  }
  return transcript;
}
