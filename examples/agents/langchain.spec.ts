import { type BaseMessage, HumanMessage } from '@langchain/core/messages';
import { fakeModel } from '@langchain/core/testing';
import { type StructuredToolInterface, tool } from '@langchain/core/tools';
import { expect, test } from 'playwright-2fa';
import { type AgentTool, personaTools } from 'playwright-2fa/library';
import { expectNoSecret } from './transcript.ts';

test.use({ personaName: 'assistant-1' });

/** Returns the tools in the form of LangChain. */
function langChainTools(tools: readonly AgentTool[]): StructuredToolInterface[] {
  return tools.map(({ name, description, inputSchema, run }) =>
    tool(async (args) => JSON.stringify(await run(args)), { name, description, schema: inputSchema }),
  );
}

for (const { factor, path } of [
  { factor: 'an authenticator', path: '/login' },
  { factor: 'a mailed code', path: '/login/email' },
]) {
  test(`LangChain: a model signs in with ${factor}`, async ({ page, persona, baseURL }) => {
    const tools = langChainTools(personaTools(persona, page));
    const model = fakeModel()
      .respondWithTools([{ name: 'sign_in', args: { url: `${baseURL}${path}` }, id: 'call-1' }])
      .bindTools(tools);
    const messages: BaseMessage[] = [new HumanMessage('Sign in, and say when you are done.')];
    const reply = await model.invoke(messages);
    messages.push(reply);
    for (const call of reply.tool_calls ?? []) {
      const called = tools.find(({ name }) => name === call.name);
      messages.push((await called?.invoke({ ...call, type: 'tool_call' })) as BaseMessage);
    }
    await expect(page.getByText('Signed in as')).toContainText(persona.email);
    await expectNoSecret(messages, persona);
  });
}
