import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'otplib';
import type { Message } from 'playwright-2fa';
import { scan } from '../../src/redaction/scan.ts';
import { SecretSet } from '../../src/redaction/secret-set.ts';
import { ALICE_KEY } from '../support/vault-test.ts';
import { type AgentClient, test } from '../support/agent-client.ts';
import { expect } from '../support/cli-test.ts';
import { searchPlainly } from '../support/plain-search.ts';
import { AGENTS, TOTP_PERIOD } from '../support/stored-personas.ts';

/** The running site under test. */
const SITE = process.env['BETTER_AUTH_URL'] ?? 'http://localhost';
const SINK = { PLAYWRIGHT_2FA_SINK_URL: process.env['PLAYWRIGHT_2FA_SINK_URL'] ?? '' };

/** Personas of the site, bound to it. */
const personas = Object.fromEntries(
  Object.entries(AGENTS).map(([name, settings]) => [name, { ...settings, origins: [new URL(SITE).origin] }]),
);

/** Pages of the site, and the persona that signs in on each. A persona signs in once, so no code is waited for. */
const WAYS = [
  { title: 'a password and an authenticator', path: '/login', persona: 'agent-0' },
  { title: 'a password and a mailed code', path: '/login/email', persona: 'agent-1' },
  { title: 'a mailed code alone', path: '/email-code', persona: 'agent-2' },
  { title: 'a mailed link', path: '/magic-link', persona: 'agent-3' },
  { title: 'a texted code', path: '/phone', persona: 'agent-4' },
] as const;

for (const { title, path, persona } of WAYS) {
  test(`an agent signs in by ${title} in one call`, async ({ startAgent, folder }) => {
    const agent = await startAgent({ settings: { personas: { [persona]: personas[persona]! } }, env: SINK });
    const text = await agent.text('sign_in', { url: `${SITE}${path}` });
    expect(text).toMatch(new RegExp(`^Signed in as ${persona}\\. Signed in: `));
    expect(text).toContain(`await persona.signIn(page, '${SITE}${path}');`);
    expect(await agent.text('browser_snapshot')).toContain('Signed in as');
    await expectClean(agent, folder, [...secretsOf(persona), ...(await sentTo(AGENTS[persona]!))]);
  });
}

test('a persona of sign_up sets up a passkey and signs in with it, in four calls', async ({ startAgent, folder }) => {
  const agent = await startAgent({ env: SINK });
  expect(await agent.text('sign_up', { url: `${SITE}/sign-up` })).toContain('Created an account for the persona');
  const text = await agent.text('enroll_factor', { factor: 'passkey', url: `${SITE}/security` });
  expect(text).toContain('Set up passkey');
  await agent.call('browser_close');
  expect(await agent.text('sign_in', { url: `${SITE}/login/passkey` })).toContain('Signed in as');
  const [, email = ''] = /(agent\.\w+@persona\.test)/.exec(await agent.text('browser_snapshot')) ?? [];
  await expectClean(agent, folder, await sentTo({ email }));
});

test('an authenticator is set up, and a recovery code of it signs in, in four calls', async ({
  startAgent,
  folder,
}) => {
  const agent = await startAgent({ env: SINK });
  await agent.text('sign_up', { url: `${SITE}/sign-up` });
  const text = await agent.text('enroll_factor', { factor: 'totp', url: `${SITE}/security` });
  expect(text).toMatch(/^Set up totp for \S+\. The site confirmed it\. Kept \d+ recovery codes\./);
  await agent.call('browser_close');
  const signedIn = await agent.text('sign_in', { url: `${SITE}/login/backup`, factor: 'recovery-code' });
  expect(signedIn).toContain(`await persona.signIn(page, '${SITE}/login/backup', { factors: ['recovery-code'] });`);
  const shown = agent.transcript.join('\n');
  // Codes of the site are five characters, a hyphen, and five more; seeds are Base32.
  expect(shown).not.toMatch(/\b[A-Za-z0-9]{5}-[A-Za-z0-9]{5}\b|\b[A-Z2-7]{32}\b/);
  const [, email = ''] = /(agent\.\w+@persona\.test)/.exec(await agent.text('browser_snapshot')) ?? [];
  await expectClean(agent, folder, await sentTo({ email }));
});

test('a code is typed into a field that the agent points at', async ({ startAgent, folder }) => {
  const { 'agent-5': persona } = personas;
  const agent = await startAgent({ settings: { personas: { 'agent-5': persona! } }, env: SINK });
  await agent.text('browser_navigate', { url: `${SITE}/login` });
  const form = await agent.text('browser_snapshot');
  await agent.text('fill_secret', { ref: refOf(form, 'Email'), member: 'username' });
  const typed = await agent.text('fill_secret', { ref: refOf(form, 'Password'), member: 'password' });
  expect(typed).toContain("await persona.fillPassword(page.getByRole('textbox', { name: 'Password' }));");
  await agent.text('browser_click', { target: refOf(form, 'Sign in', 'button') });
  await agent.text('browser_wait_for', { text: 'Authentication code' });
  const step = await agent.text('browser_snapshot');
  const filled = await agent.text('fill_code', { ref: refOf(step, 'Authentication code'), channel: 'totp' });
  expect(filled).toContain("await totp.fillCode(page.getByRole('textbox', { name: 'Authentication code' }));");
  expect(await agent.text('browser_snapshot')).toMatch(/Authentication code".*: "?\[secret /);
  await agent.text('browser_click', { target: refOf(step, 'Verify', 'button') });
  await agent.text('browser_wait_for', { text: 'Signed in as' });
  await expectClean(agent, folder, secretsOf('agent-5'));
});

test('without redaction, the same search finds what was typed', async ({ startAgent, folder }) => {
  const persona = { ...AGENTS['agent-5']!, origins: [new URL(SITE).origin] };
  const agent = await startAgent({ settings: { redact: false, personas: { 'agent-5': persona } }, env: SINK });
  await agent.text('browser_navigate', { url: `${SITE}/login` });
  const ref = refOf(await agent.text('browser_snapshot'), 'Password');
  await agent.text('fill_secret', { ref, member: 'password' });
  await agent.text('browser_snapshot');
  await expect(expectClean(agent, folder, secretsOf('agent-5'))).rejects.toThrow('transcript.jsonl');
});

test('a second agent uses the profile that the first has saved', async ({ startAgent, folder }) => {
  const { 'agent-6': persona } = personas;
  const options = {
    settings: { personas: { 'agent-6': persona! } },
    env: { ...SINK, PLAYWRIGHT_2FA_KEY: ALICE_KEY.identity },
  };
  const first = await startAgent(options);
  await first.text('sign_in', { url: `${SITE}/login` });
  expect(await first.text('save_profile')).toContain('Saved the session of agent-6');
  const second = await startAgent(options);
  const text = await second.text('use_profile', { url: `${SITE}/security` });
  expect(text).toContain('The browser is signed in as agent-6');
  expect(await second.text('browser_snapshot')).toContain('Two-factor authentication is on');
  await expectClean(first, folder, secretsOf('agent-6'));
  await expectClean(second, folder, secretsOf('agent-6'));
});

test('a person is asked for a code on a page of their own', async ({ startAgent, folder }) => {
  const { 'agent-7': persona } = personas;
  const agent = await startAgent({ settings: { personas: { 'agent-7': persona! } }, env: SINK, shows: true });
  await agent.text('browser_navigate', { url: `${SITE}/phone/field` });
  const form = await agent.text('browser_snapshot');
  const ref = refOf(form, 'Mobile number');
  const asked = agent.text('ask_person', { question: 'the code of the bank app', ref });
  await expect.poll(() => agent.shown).toHaveLength(1);
  const [url = ''] = agent.shown;
  expect(url).toContain(SINK.PLAYWRIGHT_2FA_SINK_URL);
  await fetch(url, { method: 'POST', body: new URLSearchParams({ answer: 'code', code: '48151623' }) });
  expect(await asked).toBe('The person gave the code. It is typed into the field.');
  expect(await agent.text('browser_snapshot')).toContain('[secret agent-7/code of a person]');
  await expectClean(agent, folder, ['48151623', new URL(url).pathname]);
});

test('with --ask, a person gives the code that no factor of the persona provides', async ({ startAgent, folder }) => {
  const { email, password = '', totp } = AGENTS['agent-9']!;
  const secret = new URL(totp).searchParams.get('secret') ?? '';
  const persona = { username: String(email), password, origins: [new URL(SITE).origin] };
  const agent = await startAgent({
    args: ['--wrap', '--ask'],
    settings: { personas: { 'agent-9': persona } },
    env: SINK,
    shows: true,
  });
  const signedIn = agent.text('sign_in', { url: `${SITE}/login` });
  await expect.poll(() => agent.shown, { timeout: 20_000 }).toHaveLength(1);
  const code = await generate({ secret, period: TOTP_PERIOD });
  const [url = ''] = agent.shown;
  await fetch(url, { method: 'POST', body: new URLSearchParams({ answer: 'code', code }) });
  expect(await signedIn).toContain('Signed in as agent-9. Signed in: ');
  await expectClean(agent, folder, [code, password, new URL(url).pathname]);
});

/** Returns the reference of an element in a snapshot. */
function refOf(snapshot: string, name: string, role = 'textbox'): string {
  const [, ref] = new RegExp(`${role} "${name}[^"]*"[^\\n]*?\\[ref=(\\w+)\\]`).exec(snapshot) ?? [];
  expect(ref, `${role} "${name}" in ${snapshot}`).toBeDefined();
  return ref ?? '';
}

/** Returns the codes and the links that the site has sent, read from the sink by other means than the agent's. */
async function sentTo({ email, phone }: { readonly email?: unknown; readonly phone?: unknown }): Promise<string[]> {
  const addresses = [email, phone].filter((address) => typeof address === 'string');
  const all = await Promise.all(addresses.map(lastMessage));
  return all.flatMap(({ text, links }) => [...(text.match(/\b\d{6}\b/g) ?? []), ...links.map(({ href }) => href)]);
}

async function lastMessage(to: string): Promise<Pick<Message, 'text' | 'links'>> {
  const query = new URLSearchParams({ to, after: '0', timeout: '50' });
  const answer = await fetch(`${SINK.PLAYWRIGHT_2FA_SINK_URL}/api/wait/message?${query}`);
  return answer.ok ? ((await answer.json()) as { message: Message }).message : { text: '', links: [] };
}

/** Returns the secrets of a persona that the tests know. */
function secretsOf(name: string): string[] {
  const { password = '', totp = '' } = AGENTS[name] ?? {};
  return [password, new URL(totp).searchParams.get('secret') ?? ''];
}

/** Searches everything that the agent has seen, and every file of its project, for values. */
async function expectClean({ transcript }: AgentClient, folder: string, values: readonly string[]): Promise<void> {
  expect(values.length).toBeGreaterThan(0);
  const seen = join(folder, 'seen');
  await mkdir(seen, { recursive: true });
  await writeFile(join(seen, 'transcript.jsonl'), transcript.join('\n'));
  const output = join(folder, 'project', '.playwright-mcp');
  expect(await searchPlainly([seen, output], values)).toEqual([]);
  const known = new SecretSet(values.map((value, index) => [value, `value ${index}`]));
  expect((await scan([seen, output], known)).findings).toEqual([]);
}
