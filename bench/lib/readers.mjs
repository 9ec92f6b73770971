/** Readers of codes and links: this package, and packages from npm. */
import { createRequire } from 'node:module';

const require = createRequire(new URL('../peers/package.json', import.meta.url));

/**
 * @typedef {object} Sample a message with its expected answer, one line of the file
 * @property {string} id
 * @property {'sms' | 'email'} channel
 * @property {string} [from]
 * @property {string} [subject]
 * @property {string} [text]
 * @property {string} [html]
 * @property {string | null} expected_code
 * @property {string[]} [accept] other spellings of it
 * @property {string | null} [expected_link]
 * @property {string} [lang]
 * @property {string[]} [tags]
 *
 * @typedef {object} Answer
 * @property {string | null} code
 * @property {string | null} [link] undefined if the reader does not read links
 * @property {number} ms time to read the code
 */

/**
 * Returns our reader. Its time includes reading the HTML, but not parsing the MIME.
 *
 * @returns {Promise<(sample: Sample) => Promise<Answer>>}
 */
export async function ourReader() {
  const [{ decodeMessage, messageOf }, { findCode }, { findLink }] = await Promise.all([
    import('../../build/src/message/decode.js'),
    import('../../build/src/codes/find-code.js'),
    import('../../build/src/codes/find-link.js'),
  ]);
  return async ({ channel, from = '', subject = '', text, html }) => {
    const envelope = { kind: channel, id: '1', seq: 1, from, to: [], receivedAt: 0, size: 0 };
    const begun = performance.now();
    const message =
      channel === 'sms'
        ? await decodeMessage(envelope, Buffer.from(text ?? ''))
        : messageOf(envelope, { from, subject, plain: text, html });
    const code = orNull(() => findCode(message));
    const ms = performance.now() - begun;
    return { code, link: orNull(() => findLink(message)), ms };
  };
}

/**
 * Returns the peers. Neither renders HTML as a browser does, so for mails without a text part they get our text.
 *
 * @returns {Promise<Record<string, (sample: Sample) => Answer>>}
 */
export async function peerReaders() {
  const { readHtmlText } = await import('../../build/src/message/html-text.js');
  const parseOtpMessage = require('parse-otp-message');
  const { extractOTP, extractOTPFromEmail } = require('@onedaydevelopers/otp-detector');
  const plain = ({ subject = '', text, html = '' }) => `${subject}\n${text || readHtmlText(html).text}`.trim();
  return {
    'parse-otp-message 1.0.2': (sample) => timed(() => parseOtpMessage(plain(sample))?.code ?? null),
    '@onedaydevelopers/otp-detector 1.1.1': (sample) =>
      timed(() =>
        sample.channel === 'sms'
          ? extractOTP(sample.text ?? '')
          : extractOTPFromEmail({ subject: sample.subject, text: sample.text, html: sample.html }),
      ),
  };
}

function timed(read) {
  const begun = performance.now();
  const code = read();
  return { code: code === null || code === undefined ? null : String(code), ms: performance.now() - begun };
}

function orNull(read) {
  try {
    return read();
  } catch (error) {
    if (error.name !== 'TwoFactorError') throw error;
    return null;
  }
}
