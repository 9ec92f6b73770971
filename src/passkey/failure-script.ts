import type { FailureQuestion } from './failure.ts';

/** Result of a prompt, as the virtual authenticator gives it. Its members can be replaced. */
interface Given {
  readonly id: string;
  readonly response: Readonly<Record<string, unknown>> & { readonly clientDataJSON: ArrayBuffer };
  toJSON(): { readonly response: object };
}

interface PromptOptions {
  readonly publicKey?: { readonly timeout?: number };
  readonly mediation?: string;
  readonly signal?: AbortSignal;
}

type Prompt = (options?: PromptOptions) => Promise<unknown>;

/**
 * Puts the simulated failures before the passkey prompts of a document. It runs in the page, so it uses nothing from
 * outside. The virtual authenticator may be installed before it, or after it.
 *
 * @param binding name of the function that tells the failure
 */
export const failPrompts = (binding: string): void => {
  const container = (navigator as { readonly credentials?: CredentialsContainer }).credentials;
  const mark = Symbol.for('playwright-2fa.failing-prompts');
  if (!container || Object.hasOwn(container, mark)) return;
  Object.defineProperty(container, mark, { value: true });
  const ask = (question: FailureQuestion): Promise<unknown> =>
    (globalThis as unknown as Record<string, (question: FailureQuestion) => Promise<unknown>>)[binding]!(question);
  const refusal = (name: string, message: string): DOMException => new DOMException(message, name);
  const toText = (buffer: ArrayBuffer): string =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  const toBuffer = (text: string): ArrayBuffer => {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0)).buffer;
  };

  /** Fails after a time, or as soon as the page ends the prompt itself. */
  const unanswered = (ms: number, { signal }: PromptOptions): Promise<never> =>
    new Promise((_, reject) => {
      if (ms < Infinity) setTimeout(() => reject(refusal('NotAllowedError', 'The operation timed out.')), ms);
      const abort = (): void => reject((signal?.reason as Error | undefined) ?? refusal('AbortError', 'Aborted.'));
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort);
    });

  const replace = (target: object, members: object): void => {
    for (const [name, value] of Object.entries(members))
      Object.defineProperty(target, name, { value, enumerable: true, configurable: true });
  };

  /** Clears the flag UV (bit 2) of authenticator data in a buffer. Its flags are behind the hash of the domain. */
  const withoutFlag = (buffer: ArrayBuffer, start = 0): ArrayBuffer => {
    const bytes = new Uint8Array(buffer.slice(0));
    bytes[start + 32]! &= ~0x04;
    return bytes.buffer;
  };

  const positionOf = (part: ArrayBuffer, whole: ArrayBuffer): number => {
    const [sought, bytes] = [new Uint8Array(part), new Uint8Array(whole)];
    return bytes.findIndex((_, start) => sought.every((byte, index) => bytes[start + index] === byte));
  };

  /** Returns the members of a response whose user was not verified: that of a sign-in is signed again. */
  const unverified = async (given: Given): Promise<Record<string, ArrayBuffer>> => {
    const { attestationObject, authenticatorData, clientDataJSON } = given.response;
    if (attestationObject instanceof ArrayBuffer) {
      const getData = given.response['getAuthenticatorData'] as () => ArrayBuffer;
      const data = getData.call(given.response);
      const start = positionOf(data, attestationObject);
      return { authenticatorData: withoutFlag(data), attestationObject: withoutFlag(attestationObject, start) };
    }
    const data = withoutFlag(authenticatorData as ArrayBuffer);
    const texts = { authenticatorData: toText(data), clientData: toText(clientDataJSON) };
    const signature = (await ask({ type: 'sign', id: given.id, ...texts })) as string;
    return { authenticatorData: data, signature: toBuffer(signature) };
  };

  const withoutVerification = async (given: Given): Promise<Given> => {
    const members = await unverified(given);
    const json = given.toJSON();
    const texts = Object.fromEntries(Object.entries(members).map(([name, value]) => [name, toText(value)]));
    const { authenticatorData, ...others } = members;
    if (others['attestationObject'])
      replace(given.response, { ...others, getAuthenticatorData: () => authenticatorData });
    else replace(given.response, members);
    replace(given, { toJSON: () => ({ ...json, response: { ...json.response, ...texts } }) });
    return given;
  };

  const failing =
    (real: () => Prompt, native: Prompt): Prompt =>
    async (options) => {
      if (!options?.publicKey) return await native.call(container, options);
      const failure = await ask({ type: 'prompt' });
      // A page that offers passkeys in the autofill of a field learns of no failure: nobody has chosen one.
      const isRefused = typeof failure === 'string';
      if (isRefused && options.mediation === 'conditional') return await unanswered(Infinity, options);
      // The default that WebAuthn Level 3, section 5.1.3, recommends.
      if (failure === 'timeout') return await unanswered(options.publicKey.timeout ?? 300_000, options);
      if (failure === 'cancel') throw refusal('NotAllowedError', 'The operation was cancelled.');
      if (failure === 'not-allowed') throw refusal('NotAllowedError', 'The request is not allowed in this context.');
      const given = (await real()(options)) as Given;
      return (failure as { userVerified?: false } | null)?.userVerified === false
        ? await withoutVerification(given)
        : given;
    };

  for (const name of ['create', 'get'] as const) {
    let real = (container[name] as Prompt).bind(container);
    // A page without TLS has only what the virtual authenticator gives it.
    const native = typeof CredentialsContainer === 'undefined' ? real : CredentialsContainer.prototype[name];
    const prompt = failing(() => real, native as Prompt);
    Object.defineProperty(container, name, {
      get: () => prompt,
      set: (value: Prompt) => {
        real = value;
      },
      configurable: true,
    });
  }
};
