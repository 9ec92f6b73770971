import { createHmac, randomBytes } from 'node:crypto';
import { Secret } from '../../secret/secret.ts';
import { readAnswerForm } from '../handoff-form.ts';
import type { Handoffs } from '../handoffs.ts';
import type { AnswerResult } from './answer-result.ts';

/** Answers that people give on the web inbox. */
export class Answers {
  readonly #handoffs: Handoffs;
  readonly #key = randomBytes(32);

  constructor(handoffs: Handoffs) {
    this.#handoffs = handoffs;
  }

  /** Returns the token of the form for a handoff. A page of another site cannot know it, so it cannot answer. */
  readonly tokenOf = (id: string): string => createHmac('sha256', this.#key).update(id).digest('base64url');

  /** True if a form comes from a page of the web inbox. Tokens are compared in constant time. */
  isOwn(id: string, form: Readonly<Record<string, unknown>>): boolean {
    const { token } = form;
    return typeof token === 'string' && new Secret('form token', this.tokenOf(id)).equals(token);
  }

  /** Takes the first valid answer to a handoff. */
  take(id: string, form: Readonly<Record<string, unknown>>): AnswerResult {
    const request = this.#handoffs.list().find((one) => one.id === id);
    if (!request) return 'gone';
    const answer = readAnswerForm(request, form);
    if (!answer) return 'invalid';
    if (!this.#handoffs.answerById(id, answer)) return 'gone';
    return 'isDeclined' in answer ? 'declined' : 'answered';
  }
}
