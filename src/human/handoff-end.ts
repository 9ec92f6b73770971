import { TwoFactorError } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import type { HandoffAnswer, ListedHandoff } from '../protocol/handoff.ts';
import type { HandoffEvent, Webhook } from './webhook.ts';

/** Time limit for the delivery of an event, in milliseconds. */
const TIMEOUT = 10_000;

/** The end of a handoff. The answer is told by its kind only, never by its value. */
interface End {
  readonly type: HandoffEvent;
  readonly answer?: 'code' | 'done' | 'decline';
}

/**
 * Resolves with the answer, and tells the webhook how the handoff ended. The answer does not wait for the webhook, and a
 * failure of the webhook is only logged.
 */
export async function tellEnd(
  webhook: Webhook,
  metadata: ListedHandoff,
  logger: Runtime['logger'],
  answered: Promise<HandoffAnswer>,
): Promise<HandoffAnswer> {
  const tell = ({ type, ...rest }: End): void => {
    webhook
      .notify(type, { ...metadata, ...rest }, AbortSignal.timeout(TIMEOUT))
      .catch(() => logger?.warn(`playwright-2fa: the event ${type} was not delivered. ${webhook.status}`));
  };
  try {
    const answer = await answered;
    tell({ type: 'handoff.answered', answer: kindOf(answer) });
    return answer;
  } catch (error) {
    const code = error instanceof TwoFactorError ? error.code : undefined;
    // A webhook that refused the request is not called again.
    if (code !== 'HUMAN_UNREACHABLE')
      tell({ type: code === 'HUMAN_TIMEOUT' ? 'handoff.expired' : 'handoff.cancelled' });
    throw error;
  }
}

function kindOf(answer: HandoffAnswer): 'code' | 'done' | 'decline' {
  if ('code' in answer) return 'code';
  return 'isDone' in answer ? 'done' : 'decline';
}
