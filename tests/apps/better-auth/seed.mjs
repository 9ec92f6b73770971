// @ts-check
// Creates users at start-up through better-auth's own adapters, so that its endpoints accept them.
import { symmetricEncrypt } from 'better-auth/crypto';

/**
 * @typedef {object} SeedUser
 * @property {string} email
 * @property {string} password
 * @property {string} [name]
 * @property {string} [phone] E.164; counts as verified
 * @property {string} [totpSecret] Base32; enables two-factor sign-in with this secret
 * @property {string[]} [backupCodes] only together with totpSecret
 */

/** @typedef {Awaited<import('./server.mjs').Auth['$context']>} AuthContext */

/**
 * @param {string | undefined} json
 * @returns {SeedUser[]}
 */
export function parseSeedUsers(json) {
  if (!json) return [];
  const users = JSON.parse(json);
  if (!Array.isArray(users)) throw new Error('SEED_USERS must be a JSON array');
  for (const user of users) {
    if (!user?.email || !user.password) throw new Error('SEED_USERS: every user needs an email and a password');
  }
  return users;
}

/**
 * @param {AuthContext} ctx
 * @param {SeedUser[]} users
 */
export async function seedUsers(ctx, users) {
  const hash = memoize(ctx.password.hash);
  await Promise.all(users.map((user) => seedUser(ctx, user, hash)));
}

/**
 * @param {AuthContext} ctx
 * @param {SeedUser} seed
 * @param {(password: string) => Promise<string>} hash
 */
async function seedUser(ctx, seed, hash) {
  const user = await ctx.internalAdapter.createUser(
    {
      email: seed.email,
      name: seed.name ?? seed.email.replace(/@.*/, ''),
      emailVerified: true,
      ...(seed.phone ? { phoneNumber: seed.phone, phoneNumberVerified: true } : {}),
      ...(seed.totpSecret ? { twoFactorEnabled: true } : {}),
    },
    { method: 'email-password' },
  );
  await ctx.internalAdapter.linkAccount({
    userId: user.id,
    providerId: 'credential',
    accountId: user.id,
    password: await hash(seed.password),
  });
  if (!seed.totpSecret) return;
  const encrypt = (/** @type {string} */ data) => symmetricEncrypt({ key: ctx.secretConfig, data });
  await ctx.adapter.create({
    model: 'twoFactor',
    data: {
      userId: user.id,
      secret: await encrypt(secretText(seed.email, seed.totpSecret)),
      backupCodes: await encrypt(JSON.stringify(seed.backupCodes ?? [])),
      verified: true,
    },
  });
}

/**
 * Decodes a secret. better-auth stores it as text, and the key is the text in UTF-8, so other bytes are rejected.
 * @param {string} email
 * @param {string} base32
 */
function secretText(email, base32) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(decodeBase32(base32));
  } catch (cause) {
    const hint = 'better-auth needs Base32 of UTF-8 text, for example of 20 ASCII characters';
    throw new Error(`SEED_USERS: unusable totpSecret of ${email}: ${hint}`, { cause });
  }
}

/** @param {string} text */
function decodeBase32(text) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const char of text.toUpperCase().replace(/[\s=-]/g, '')) {
    const value = alphabet.indexOf(char);
    if (value < 0) throw new Error(`not a Base32 character: ${char}`);
    bits += value.toString(2).padStart(5, '0');
  }
  const bytes = bits.match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}

/**
 * Caches hashes by text: hashing a password is slow by design, and most seeded users share one.
 * @param {(text: string) => Promise<string>} fn
 */
function memoize(fn) {
  /** @type {Map<string, Promise<string>>} */
  const results = new Map();
  return (/** @type {string} */ text) => {
    const known = results.get(text);
    if (known) return known;
    const result = fn(text);
    results.set(text, result);
    return result;
  };
}
