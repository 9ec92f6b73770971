import { type ToolSet, dynamicTool, generateText, jsonSchema, stepCountIs } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { expect, test } from 'playwright-2fa';
import { type AgentTool, personaTools } from 'playwright-2fa/library';
import { expectNoSecret } from './transcript.ts';

test.use({ personaName: 'assistant-0' });

/** Returns the tools in the form of the Vercel AI SDK. */
function toolSet(tools: readonly AgentTool[]): ToolSet {
  return Object.fromEntries(
    tools.map(({ name, description, inputSchema, run }) => [
      name,
      dynamicTool({ description, inputSchema: jsonSchema(inputSchema), execute: (args) => run(args) }),
    ]),
  );
}

for (const { factor, path } of [
  { factor: 'an authenticator', path: '/login' },
  { factor: 'a mailed code', path: '/login/email' },
]) {
  test(`Vercel AI SDK: a model signs in with ${factor}`, async ({ page, persona, baseURL }) => {
    const model = scriptedModel([{ toolName: 'sign_in', input: { url: `${baseURL}${path}` } }]);
    const { text, steps } = await generateText({
      model,
      prompt: 'Sign in, and say when you are done.',
      tools: toolSet(personaTools(persona, page)),
      stopWhen: stepCountIs(5),
    });
    expect(text).toBe('Done.');
    await expect(page.getByText('Signed in as')).toContainText(persona.email);
    await expectNoSecret([model.doGenerateCalls, steps], persona);
  });
}

/** A model that calls these tools, and then ends. */
function scriptedModel(calls: readonly { readonly toolName: string; readonly input: object }[]): MockLanguageModelV3 {
  const usage = {
    inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 0, text: 0, reasoning: 0 },
  };
  const replies = calls.map(({ toolName, input }, index) => ({
    content: [{ type: 'tool-call' as const, toolCallId: `call-${index}`, toolName, input: JSON.stringify(input) }],
    finishReason: { unified: 'tool-calls' as const, raw: undefined },
    ...{ usage, warnings: [] },
  }));
  const last = {
    content: [{ type: 'text' as const, text: 'Done.' }],
    finishReason: { unified: 'stop' as const, raw: undefined },
    ...{ usage, warnings: [] },
  };
  return new MockLanguageModelV3({ doGenerate: [...replies, last] });
}
