import { randomUUID } from 'node:crypto';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Logger } from '../core/logger.ts';

/**
 * Shows a person the page to answer on: by the client, if it can, else in the log. The model does not see the address,
 * since a person answers there without any other proof.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation
 */
export function showAnswerPage(server: Server | undefined, logger: Logger, text: string, url: string): void {
  logger.warn(`playwright-2fa: ${text} Answer at ${url}`);
  if (!server?.getClientCapabilities()?.elicitation?.url) return;
  const request = { mode: 'url' as const, message: text, url, elicitationId: randomUUID() };
  // The answer comes from the page. The client may decline to show it.
  server.elicitInput(request).catch((error: unknown) => logger.debug(`playwright-2fa: elicitation: ${String(error)}`));
}
