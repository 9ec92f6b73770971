import { expect, test } from 'playwright-2fa';
import { type AgentTool, personaTools } from 'playwright-2fa/library';
import { expectNoSecret } from './transcript.ts';

test.use({ personaName: 'assistant-2' });

interface Message {
  readonly role: 'user' | 'assistant' | 'tool';
  readonly text: string;
  readonly call?: { readonly name: string; readonly args: object };
}

/** Any model: it gets the messages and the descriptions of the tools, and returns the next message. */
type Model = (messages: readonly Message[], tools: readonly Pick<AgentTool, 'name' | 'description'>[]) => Message;

/** The loop that agents are made of: call the model, run the tool, append its result. */
async function runAgent(model: Model, tools: readonly AgentTool[], task: string): Promise<readonly Message[]> {
  const messages: Message[] = [{ role: 'user', text: task }];
  for (;;) {
    const reply = model(messages, tools);
    messages.push(reply);
    if (!reply.call) return messages;
    const { name, args } = reply.call;
    const called = tools.find((tool) => tool.name === name);
    const { text } = called ? await called.run(args) : { text: `There is no tool "${name}".` };
    messages.push({ role: 'tool', text });
  }
}

for (const { factor, path } of [
  { factor: 'an authenticator', path: '/login' },
  { factor: 'a mailed code', path: '/login/email' },
]) {
  test(`a plain loop: a model signs in with ${factor}`, async ({ page, persona, baseURL }) => {
    await page.goto(path);
    const script: readonly Message[] = [
      { role: 'assistant', text: '', call: { name: 'read_challenge', args: {} } },
      { role: 'assistant', text: '', call: { name: 'sign_in', args: { url: `${baseURL}${path}` } } },
      { role: 'assistant', text: 'Done.' },
    ];
    const model: Model = (messages) => script[(messages.length - 1) / 2] ?? { role: 'assistant', text: 'Lost.' };
    const messages = await runAgent(model, personaTools(persona, page), 'Sign in, and say when you are done.');
    expect(messages.at(-1)?.text).toBe('Done.');
    await expect(page.getByText('Signed in as')).toContainText(persona.email);
    await expectNoSecret(messages, persona);
  });
}
