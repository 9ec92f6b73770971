import { type HandoffAnswer, type HandoffRequest, readGivenCode } from '../protocol/handoff.ts';

/** Maximum size of a submitted form, in bytes: a code and the pressed button. */
export const MAX_FORM = 4096;

/** Reads the answer in a form, by the button that was pressed. Returns `undefined` if it does not answer the request. */
export function readAnswerForm({ asks }: HandoffRequest, form: Record<string, unknown>): HandoffAnswer | undefined {
  const { answer } = form;
  if (answer === 'decline') return { isDeclined: true };
  if (asks === 'approval') return answer === 'done' ? { isDone: true } : undefined;
  const code = answer === 'code' ? readGivenCode(form['code']) : undefined;
  return code === undefined ? undefined : { code };
}
