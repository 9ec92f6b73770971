/** The mails of the benchmarks: a login code, without and with an attachment. */
import { createHash } from 'node:crypto';

const ATTACHMENT_BYTES = 143_200;

/**
 * @typedef {object} Details
 * @property {string} [to]
 * @property {string} [code] six digits
 */

/**
 * A login code as multipart/alternative, quoted-printable: 4.8 KB.
 *
 * @param {Details} [details]
 */
export function codeMail({ to = 'ada@bench.test', code = '482915' } = {}) {
  return `${headers(to, code)}${alternatives(code)}`;
}

/**
 * The same with a PDF attached in base64: 201 KB.
 *
 * @param {Details} [details]
 */
export function attachmentMail({ to = 'ada@bench.test', code = '482915' } = {}) {
  return lines(
    headers(to, code).trimEnd(),
    'Content-Type: multipart/mixed; boundary="mixed-7f3a"',
    '',
    '--mixed-7f3a',
    alternatives(code),
    '--mixed-7f3a',
    'Content-Type: application/pdf; name="terms.pdf"',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="terms.pdf"',
    '',
    noise(ATTACHMENT_BYTES).toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--mixed-7f3a--',
    '',
  );
}

/**
 * The page of a login code, filled with table rows up to a length.
 *
 * @param {number} length in characters
 */
export function codePage(length, code = '482915') {
  const page = html(code);
  const row =
    '<tr><td style="padding: 8px 32px; font-size: 16px">Read how we <b>keep your account safe</b>.</td></tr>\r\n';
  const end = page.lastIndexOf('</table></td></tr></table>');
  const rows = row.repeat(Math.max(0, Math.ceil((length - page.length) / row.length)));
  return page.slice(0, end) + rows + page.slice(end);
}

function headers(to, code) {
  return lines(
    'Received: from app-7c9d.internal (app-7c9d.internal [10.0.3.17])',
    '\tby mail.shop.test with ESMTPS id 4c1b7d2e9f; Thu, 12 Mar 2026 09:41:07 +0000',
    'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=shop.test; s=mail;',
    '\th=from:to:subject:date:message-id;',
    '\tbh=g3zLYH4xKxcPrHOD18z9YfpQcnk/GaJedfustWU5uGs=;',
    `\tb=${noise(126).toString('base64').replace(/.{72}/g, '$&\r\n\t')}`,
    'From: "The Shop" <no-reply@shop.test>',
    `To: Ada Lovelace <${to}>`,
    `Subject: ${code} is your sign-in code`,
    'Message-ID: <0c2f7b1e-5a4d-4c59-9d1b-3e8f6a7b2c10@shop.test>',
    'Date: Thu, 12 Mar 2026 09:41:07 +0000',
    'List-Unsubscribe: <https://shop.test/unsubscribe?u=2f7b1e5a>',
    'X-Entity-Ref-ID: 8f14e45f-ceea-467f-9575-1f0c2d3b4a59',
    'MIME-Version: 1.0',
    '',
  );
}

function alternatives(code) {
  return lines(
    'Content-Type: multipart/alternative; boundary="alternative-91c4"',
    '',
    '--alternative-91c4',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    quotedPrintable(text(code)),
    '--alternative-91c4',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    quotedPrintable(html(code)),
    '--alternative-91c4--',
    '',
  );
}

const LEGAL =
  'You receive this mail because somebody, most likely you, tried to sign in to your account at The Shop. ' +
  'The Shop GmbH, Königstraße 12, 70173 Stuttgart, Germany – commercial register HRB 123456.';

function text(code) {
  return lines(
    'Hello Ada,',
    '',
    'somebody asked to sign in to your account from Firefox on Linux.',
    'Enter this code to go on:',
    '',
    `    ${code}`,
    '',
    'It is good for 10 minutes and for one sign-in. If it was not you, change your password at',
    'https://shop.test/account/security?utm_source=mail&utm_campaign=code and nothing else happens.',
    '',
    'The Shop – Customer Care',
    '',
    LEGAL,
  );
}

function html(code) {
  const font = 'font-family: Helvetica, Arial, sans-serif; color: #1f2933; line-height: 24px';
  const paragraph = (inner) => `<tr><td style="padding: 8px 32px; font-size: 16px; ${font}">${inner}</td></tr>`;
  return lines(
    '<!DOCTYPE html>',
    '<html lang="en"><head><meta charset="utf-8"><title>Your sign-in code</title>',
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head>',
    '<body style="margin: 0; padding: 0; background-color: #f5f7fa">',
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">',
    '<table role="presentation" width="600" cellpadding="0" cellspacing="0" style="background-color: #ffffff">',
    '<tr><td style="padding: 24px 32px">',
    '  <img src="https://cdn.shop.test/logo@2x.png" width="120" alt="The Shop"></td></tr>',
    paragraph('Hello Ada,'),
    paragraph('somebody asked to sign in to your account from <b>Firefox on Linux</b>. Enter this code to go on:'),
    '<tr><td align="center" style="padding: 16px 32px"><div style="background-color: #e4e7eb; border-radius: 8px;',
    `  padding: 16px; font: bold 32px/40px Menlo, Consolas, monospace; letter-spacing: 8px">${code}</div></td></tr>`,
    paragraph('It is good for 10 minutes and for one sign-in.'),
    paragraph(
      'If it was not you, <a href="https://shop.test/account/security?utm_source=mail">change your password</a>.',
    ),
    '<tr><td align="center" style="padding: 16px 32px"><a href="https://shop.test/account/devices?utm_source=mail"',
    '  style="display: inline-block; padding: 12px 24px; background-color: #0b69a3; border-radius: 4px;',
    '  color: #ffffff; font: bold 16px/24px Helvetica, Arial, sans-serif; text-decoration: none">',
    '  Review your devices</a></td></tr>',
    paragraph('We never ask for this code by phone or chat. Do not pass it on, not even to somebody from The Shop.'),
    paragraph(
      'Questions? Answer to this mail, or look into our <a href="https://shop.test/help?utm_source=mail">help</a>.',
    ),
    `<tr><td style="padding: 24px 32px; font-size: 12px; ${font}">${LEGAL}</td></tr>`,
    '<tr><td style="padding: 0 32px 24px">',
    '  <img src="https://t.shop.test/o/2f7b1e5a.gif" width="1" height="1" alt=""></td></tr>',
    '</table></td></tr></table></body></html>',
  );
}

/** Encodes a text as quoted-printable, with lines of at most 76 characters (RFC 2045, section 6.7). */
function quotedPrintable(plain) {
  const encoded = Buffer.from(plain)
    .toString('latin1')
    .replace(
      /[^\r\n\x20-\x3c\x3e-\x7e]/g,
      (char) => `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    );
  // Break a line as late as possible, but not within an `=XX`.
  return encoded.replace(/.{77,}/g, (line) => line.match(/.{1,75}(?<!=.?)/g).join('=\r\n'));
}

/** Returns pseudorandom bytes, the same in every run. */
function noise(length) {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash('sha256').update(`${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

function lines(...all) {
  return all.join('\r\n');
}
