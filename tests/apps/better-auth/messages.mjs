// @ts-check
// The mails and text messages of the application. Like those of real products, they contain other numbers and links
// beside the relevant one.
import { randomBytes, randomInt } from 'node:crypto';
import nodemailer from 'nodemailer';
import { Resend } from 'resend';
import twilio from 'twilio';
import { escapeHtml } from './pages.mjs';

/** @typedef {'verification' | 'password-reset' | 'email-code' | 'magic-link' | 'two-factor-code' | 'sms-code'} Kind */
/** @typedef {{ channel: 'email' | 'sms', kind: Kind, to: string, at: number }} Sent */
/** @typedef {{ subject: string, text: string, html: string }} Mail */

const OUTBOX_LIMIT = 10_000;
const TWILIO_ORIGIN = /^https:\/\/(?:api|verify)\.twilio\.com/;
const VERIFY_SERVICE = 'VA0123456789abcdef0123456789abcdef';

/** Twilio's client has a fixed host, so its requests are redirected to the gateway. */
class GatewayClient extends twilio.RequestClient {
  /** @param {string} smsUrl */
  constructor(smsUrl) {
    super();
    this.smsUrl = smsUrl.replace(/\/$/, '');
  }

  /**
   * @override
   * @template TData
   * @param {import('twilio/lib/base/RequestClient.js').RequestOptions<TData>} options
   */
  request(options) {
    return super.request({ ...options, uri: options.uri.replace(TWILIO_ORIGIN, this.smsUrl) });
  }
}

/**
 * @param {{ origin: string, smtpPort: number, smsUrl: string, usesVendors?: boolean }} options `usesVendors` sends mail by
 *   Resend's client instead of SMTP, and codes to numbers by Twilio Verify, which makes and checks them
 */
export function createMessenger({ origin, smtpPort, smsUrl, usesVendors = false }) {
  const resend = new Resend('re_any', { baseUrl: smsUrl.replace(/\/$/, '') });
  // ignoreTLS: mail catchers often announce STARTTLS with a certificate that cannot be verified.
  const smtp = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort, secure: false, ignoreTLS: true });
  const accountSid = `AC${randomBytes(16).toString('hex')}`;
  const sms = twilio(accountSid, randomBytes(16).toString('hex'), { httpClient: new GatewayClient(smsUrl) });
  /** @type {Sent[]} */
  const sent = [];

  /**
   * Records the message without its content, and delivers it. better-auth ignores some errors, so they are logged here,
   * without their details, because those of an HTTP client contain the message.
   * @param {Omit<Sent, 'at'>} entry
   * @param {() => Promise<unknown>} send
   */
  async function deliver(entry, send) {
    sent.push({ ...entry, at: performance.timeOrigin + performance.now() });
    if (sent.length > OUTBOX_LIMIT) sent.shift();
    try {
      await send();
    } catch (error) {
      const failure = new Error(`could not send ${entry.kind} to ${entry.to}: ${error}`);
      console.error(failure.message);
      throw failure;
    }
  }

  /**
   * @param {Kind} kind
   * @param {string} to
   * @param {Mail} mail
   */
  function sendMail(kind, to, mail) {
    const from = 'Acme <no-reply@acme.example>';
    return deliver({ channel: 'email', kind, to }, async () => {
      if (!usesVendors) return smtp.sendMail({ from, to, ...mail });
      const { error } = await resend.emails.send({ from, to, ...mail });
      if (error) throw new Error(error.message);
    });
  }

  /** @param {string} to */
  const startVerification = (to) => sms.verify.v2.services(VERIFY_SERVICE).verifications.create({ to, channel: 'sms' });

  return {
    /** @param {string | null} to */
    outbox: (to) => sent.filter((entry) => !to || entry.to === to),

    /** @param {string} to @param {string} url */
    sendVerification: (to, url) =>
      sendMail(
        'verification',
        to,
        linkMail(origin, {
          subject: 'Confirm your email address',
          intro: 'Thanks for signing up for Acme. Please confirm that this address is yours.',
          action: 'Confirm email address',
          url,
          note: 'The link works for 1 hour.',
        }),
      ),

    /** @param {string} to @param {string} url */
    sendPasswordReset: (to, url) =>
      sendMail(
        'password-reset',
        to,
        linkMail(origin, {
          subject: 'Reset your Acme password',
          intro: 'Somebody asked for a new password for your Acme account, hopefully you.',
          action: 'Choose a new password',
          url,
          note: 'The link works once and for 1 hour.',
        }),
      ),

    /** @param {string} to @param {string} url */
    sendMagicLink: (to, url) =>
      sendMail(
        'magic-link',
        to,
        linkMail(origin, {
          subject: 'Your link to sign in to Acme',
          intro: 'Use the button below to sign in to Acme. No password needed.',
          action: 'Sign in to Acme',
          url,
          note: 'The link works once and for 5 minutes.',
        }),
      ),

    /** @param {string} to @param {string} code */
    sendEmailCode: (to, code) =>
      sendMail(
        'email-code',
        to,
        codeMail(origin, {
          subject: 'Your Acme sign-in code',
          intro: 'Enter this code to sign in to Acme:',
          code,
          note: 'The code expires in 5 minutes.',
        }),
      ),

    /** @param {string} to @param {string} code */
    sendTwoFactorCode: (to, code) =>
      sendMail(
        'two-factor-code',
        to,
        codeMail(origin, {
          subject: `${code} is your Acme verification code`,
          intro: 'Someone entered your password, hopefully you. To finish signing in, enter:',
          code,
          note: 'The code expires in 3 minutes.',
        }),
      ),

    /** @param {string} to @param {string} code */
    sendSmsCode: (to, code) =>
      deliver({ channel: 'sms', kind: 'sms-code', to }, () =>
        usesVendors
          ? startVerification(to)
          : sms.messages.create({
              to,
              from: '+15005550006',
              body: `Acme: ${code} is your sign-in code, valid for 5 min. Never share it. Reply STOP to 40404 to opt out.`,
            }),
      ),

    /**
     * Checks a code of Twilio Verify. Undefined if better-auth makes and checks the codes itself.
     * @type {((data: { phoneNumber: string, code: string }) => Promise<boolean>) | undefined}
     */
    verifySmsCode: usesVendors
      ? async ({ phoneNumber: to, code }) => {
          const { verificationChecks } = sms.verify.v2.services(VERIFY_SERVICE);
          const { valid } = await verificationChecks.create({ to, code }).catch(() => ({ valid: false }));
          return valid;
        }
      : undefined,
  };
}

/**
 * @param {string} origin
 * @param {{ subject: string, intro: string, code: string, note: string }} content
 * @returns {Mail}
 */
function codeMail(origin, { subject, intro, code, note }) {
  const footer = createFooter(origin);
  return {
    subject,
    text: [intro, code, `${note} If you did not ask for it, ignore this email.`, footer.text].join('\n\n'),
    html: htmlMail(
      note,
      `<p>${intro}</p>
      <div style="margin:24px 0;font-size:34px;font-weight:700;letter-spacing:8px;color:#123456">${code}</div>
      <p>${note} If you did not ask for it, ignore this email.</p>`,
      footer.html,
    ),
  };
}

/**
 * @param {string} origin
 * @param {{ subject: string, intro: string, action: string, url: string, note: string }} content
 * @returns {Mail}
 */
function linkMail(origin, { subject, intro, action, url, note }) {
  const footer = createFooter(origin);
  const link = escapeHtml(url);
  return {
    subject,
    text: [intro, `${action}:\n${url}`, note, footer.text].join('\n\n'),
    html: htmlMail(
      note,
      `<p style="font-size:13px"><a href="${origin}/help">Why did I get this email?</a></p>
      <p>${intro}</p>
      <p style="margin:24px 0"><a href="${link}" style="padding:12px 20px;border-radius:6px;background:#123456;
        color:#ffffff;text-decoration:none">${action}</a></p>
      <p>${note} If the button does not work, copy this address into your browser:<br>${link}</p>`,
      footer.html,
    ),
  };
}

/** @param {string} origin */
function createFooter(origin) {
  const request = `Request no. ${randomInt(10_000_000, 99_999_999)}`;
  const company = `© ${new Date().getFullYear()} Acme, Inc., 548 Market Street, San Francisco, CA 94107`;
  const help = `${origin}/help`;
  const unsubscribe = `${origin}/unsubscribe?list=account&id=${randomBytes(8).toString('hex')}`;
  return {
    text: [`${request}\n${company}`, `Help: ${help}\nUnsubscribe: ${unsubscribe}`].join('\n\n'),
    html: `<p>${request}<br>${company.replace('©', '&copy;')}</p>
      <p><a href="${help}">Help</a> &middot; <a href="${escapeHtml(unsubscribe)}">Unsubscribe</a></p>`,
  };
}

/**
 * @param {string} preheader preview text that an inbox shows beside the subject; invisible in the mail itself
 * @param {string} body
 * @param {string} footer
 */
function htmlMail(preheader, body, footer) {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <style>
    body { margin: 0; background: #f4f6f8; color: #123456; font: 16px/1.5 Helvetica, Arial, sans-serif; }
    .footer { color: #667788; font-size: 12px; }
  </style>
</head>
<body>
  <div style="display:none;max-height:0;overflow:hidden">${preheader}${'&zwnj;&nbsp;'.repeat(40)}</div>
  <table role="presentation" width="100%"><tr><td align="center">
    <table role="presentation" width="560"><tr><td style="padding:32px;background:#ffffff">
      <p style="font-size:20px;font-weight:700">Acme</p>
      ${body}
    </td></tr><tr><td class="footer" style="padding:16px 32px">
      ${footer}
    </td></tr></table>
  </td></tr></table>
</body>
</html>
`;
}
