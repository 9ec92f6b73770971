/** Reads the answers of sign-up pages, and compares a reading with them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const GALLERY = join(import.meta.dirname, '../../tests/sign-up-gallery');

/** Returns the entries of a folder, or of the gallery. `file` is the full path of the page. */
export function readSignUps(corpus) {
  const folder = corpus === undefined ? GALLERY : join(corpus, 'signup');
  const list = join(folder, corpus === undefined ? 'gallery.jsonl' : 'signup.jsonl');
  const lines = readFileSync(list, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const entry = JSON.parse(line);
    const file = join(folder, corpus === undefined ? entry.file : join('html', entry.file));
    return { fields: [], mustTick: [], leaveEmpty: [], ...entry, file, path: entry.url ?? '/' };
  });
}

/** Compares what was read with the entry of a page. */
export async function judgeSignUp(page, entry, form) {
  const is = async (locator, selector) => {
    const handle = await locator.first().elementHandle({ timeout: 2000 });
    const wanted = await page.locator(selector).elementHandles();
    for (const one of wanted) if (await one.evaluate((element, other) => element === other, handle)) return true;
    return false;
  };
  const isAny = async (locators, selector) => {
    for (const locator of locators) if (await is(locator, selector)) return true;
    return false;
  };
  const wrong = [];
  let understood = 0;
  const found = form?.fields ?? [];
  if (!entry.isSignUp) {
    if (form) wrong.push(`typed into a look-alike: ${found.map(({ meaning }) => meaning).join(', ')}`);
    return { understood, isButtonRight: true, unticked: [], overticked: [], touched: [], wrong };
  }
  const matched = new Set();
  for (const { selector, meaning } of entry.fields) {
    let got;
    for (const field of found) if (!matched.has(field) && (await isAny(field.locators, selector))) got = field;
    if (got) matched.add(got);
    if (got?.meaning === meaning) understood++;
    else wrong.push(`${selector}: expected ${meaning}, got ${got?.meaning ?? 'nothing'}`);
  }
  const touched = [];
  for (const selector of entry.leaveEmpty)
    for (const field of found)
      if (field.meaning !== 'other-required' && (await isAny(field.locators, selector))) touched.push(selector);
  const boxes = form?.boxes ?? [];
  const unticked = [];
  for (const selector of entry.mustTick)
    if (
      !(await isAny(
        boxes.map(({ locator }) => locator),
        selector,
      ))
    )
      unticked.push(selector);
  const overticked = [];
  for (const { locator, label } of boxes) {
    let isWanted = false;
    for (const selector of entry.mustTick) isWanted ||= await is(locator, selector);
    if (!isWanted) overticked.push(label);
  }
  const isButtonRight = form?.button !== undefined && (await is(form.button.locator, entry.submit));
  if (!isButtonRight) wrong.push(`button: expected ${entry.submit}, got "${form?.button?.label}"`);
  for (const one of touched) wrong.push(`touched ${one}`);
  for (const one of unticked) wrong.push(`not ticked ${one}`);
  for (const one of overticked) wrong.push(`ticked "${one}"`);
  const extra = found.filter((field) => !matched.has(field));
  for (const { meaning, label } of extra) wrong.push(`extra ${meaning} "${label}"`);
  return { understood, isButtonRight, unticked, overticked, touched, wrong };
}
