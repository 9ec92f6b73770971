import type { OtpSeed } from './seed.ts';
import { generateSteamCode } from './steam.ts';

/** Generates the code of a moving factor: the number of the period (RFC 6238) or the counter (RFC 4226). */
export async function generateCode({ key, algorithm, digits, encoder }: OtpSeed, factor: number): Promise<string> {
  if (encoder === 'steam' || digits === 5) return generateSteamCode(key, factor);
  const { createGuardrails, generate } = await import('otplib');
  // otplib refuses seeds of 10 bytes, which many sites hand out. `readSeed` has checked the length already.
  const guardrails = createGuardrails({ MIN_SECRET_BYTES: 1, MAX_SECRET_BYTES: key.length });
  return await generate({ strategy: 'hotp', secret: key, algorithm, digits, counter: factor, guardrails });
}
