import { text as bodyOf } from 'node:stream/consumers';
import { openPersona } from 'playwright-2fa/library';
import { scan } from '../../src/redaction/scan.ts';
import { SecretSet } from '../../src/redaction/secret-set.ts';
import { type Secret, secretChannel } from '../../src/secret/secret.ts';
import { DRIVEN, drive } from '../support/agent-drive.ts';
import { AGENT_PAGES, answerAsAgentPage } from '../support/agent-pages.ts';
import { type Agent, LAUNCH_OPTIONS, expect, html, pageUrl, test } from '../support/agent-test.ts';
import { searchPlainly } from '../support/plain-search.ts';

const PASSWORD = 'Correct-Horse/77 battery';
const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
/** Settles fast, because the pages are local. */
const FAST = ['--timeout-settle', '100', '--timeout-action', '1000'];
const WEB_MCP = { ...LAUNCH_OPTIONS, args: [...(LAUNCH_OPTIONS.args ?? []), '--enable-features=WebMCP'] };

/** Fills the fields of a page as a tool for sign-ins does: by the refs of a snapshot. Returns the error, if it refuses. */
async function fill(agent: Agent, folder: string, origin: string): Promise<unknown> {
  const alice = { password: PASSWORD, totp: SEED, origins: [origin] };
  await using persona = await openPersona('alice', { folder, sinkUrl: 'http://127.0.0.1:1', personas: { alice } });
  const snapshot = await agent.text('browser_snapshot');
  const refOf = (name: string): string => new RegExp(`textbox "${name}".*?\\[ref=(\\w+)\\]`).exec(snapshot)?.[1] ?? '';
  const page = await agent.server.page();
  const options = { timeout: 5000 };
  try {
    await persona.fillPassword(page.locator(`aria-ref=${refOf('Password')}`), options);
    await persona.totp.fillCode(page.locator(`aria-ref=${refOf('Code')}`), options);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Returns the places where an agent finds one of the values, by the search of this package and by an independent one. */
async function leaksIn(paths: readonly string[], known: SecretSet): Promise<{ own: string[]; plain: string[] }> {
  const { findings, unreadable } = await scan(paths, known);
  expect(unreadable).toEqual([]);
  const matches = await searchPlainly(
    paths,
    [...known.entries()].map(([value]) => value),
  );
  return {
    own: findings.map(({ location, label, encoding }) => `${location}: ${label} (${encoding})`),
    plain: matches.map(({ location, value, decoding }) => `${location}: ${value} (${decoding})`),
  };
}

for (const [name, hostile] of Object.entries(AGENT_PAGES)) {
  for (const redact of [{}, false] as const) {
    if (hostile.isRefused && redact === false) continue;
    const what =
      redact === false ? 'shows a model what was typed without redaction' : 'shows a model nothing of what was typed';
    test(`${name} ${what}`, async ({ startAgent, serve, folder }) => {
      const elsewhere: string[] = [];
      const evil = await serve(async (request, response) => {
        elsewhere.push(`${request.url} ${await bodyOf(request)}`);
        answerAsAgentPage(request, response, hostile, '');
      });
      const site = await serve((request, response) => answerAsAgentPage(request, response, hostile, evil));
      const known = new SecretSet();
      const learn = (secret: unknown): void => void known.add((secret as Secret).reveal(), (secret as Secret).label);
      secretChannel.subscribe(learn);
      const agent = await startAgent({ redact, args: FAST, allow: ['webmcp_echo'], launchOptions: WEB_MCP });
      const isElsewhere = name.startsWith('a page of another origin');
      const url = isElsewhere ? evil : site;
      await agent.text('browser_navigate', { url });
      if (hostile.script) await (await agent.server.page()).locator('[data-ready]').waitFor({ state: 'attached' });
      const error = await fill(agent, folder, site);
      if (hostile.isRefused) expect(error).toMatchObject({ code: 'ORIGIN_REFUSED' });
      else expect(error).toBeUndefined();
      const transcript = await drive(agent, `${folder}/outputs`, url);
      const tools = await agent.server.tools();
      expect(tools.map((tool) => tool.name).filter((tool) => !DRIVEN.has(tool) && tool !== 'webmcp_echo')).toEqual([]);
      await agent.server.close();
      secretChannel.unsubscribe(learn);
      expect(known.size).toBeGreaterThanOrEqual(2);
      const leaks = await leaksIn([transcript, `${folder}/outputs`], known);
      if (redact === false) {
        expect(leaks.own).not.toEqual([]);
        expect(leaks.plain).not.toEqual([]);
      } else expect(leaks).toEqual({ own: [], plain: [] });
      const sent = elsewhere.join('\n');
      for (const [value] of known.entries()) expect(decodeURIComponent(sent)).not.toContain(value);
    });
  }
}

for (const [what, address] of [
  ['a data URL', (evil: string) => pageUrl(`<input aria-label="Password"><input aria-label="Code">${evil}`)],
  ['a frame of another origin', (evil: string) => evil],
] as const) {
  test(`${what} gets no secret`, async ({ startAgent, serve, folder }) => {
    const fields = '<input aria-label="Password" id="password"><input aria-label="Code" id="code">';
    const evil = await serve((_, response) => html(response, fields));
    const site = await serve((_, response) => html(response, `<iframe src="${evil}"></iframe>`));
    const agent = await startAgent({ args: FAST });
    await agent.text('browser_navigate', { url: what === 'a data URL' ? address(evil) : site });
    expect(await fill(agent, folder, site)).toMatchObject({ code: 'ORIGIN_REFUSED' });
    expect(await agent.text('browser_snapshot')).not.toContain('[secret');
  });
}
