// @ts-check
// The application's pages: plain HTML, with the script of browser.mjs at the end of each.
import { client } from './browser.mjs';

/** @param {string} text */
export function escapeHtml(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

const STYLE = `
  * { box-sizing: border-box; }
  body { margin: 0; background: #f3f4f6; color: #1f2937; font: 16px/1.5 system-ui, sans-serif; }
  main { max-width: 26rem; margin: 10vh auto 2rem; padding: 2rem; border-radius: 12px; background: #fff;
    box-shadow: 0 1px 4px #0002; }
  h1 { margin: 0 0 1rem; font-size: 1.5rem; }
  label { display: block; margin: 1rem 0 0.25rem; font-weight: 600; }
  label.check { font-weight: 400; }
  input { width: 100%; padding: 0.6rem; border: 1px solid #9ca3af; border-radius: 6px; font: inherit; }
  label.check input { width: auto; }
  button { margin-top: 1.25rem; padding: 0.6rem 1.1rem; border: 0; border-radius: 6px; background: #1d4ed8;
    color: #fff; font: inherit; font-weight: 600; cursor: pointer; }
  button:disabled { opacity: 0.6; }
  code { overflow-wrap: anywhere; }
  .boxes { display: flex; gap: 0.5rem; }
  .boxes input { padding: 0.6rem 0; font-size: 1.4rem; text-align: center; }
  .links { margin: 1.5rem 0 0; font-size: 0.9rem; }
  [role='alert'] { margin: 1.25rem 0 0; color: #b91c1c; }
  [hidden] { display: none !important; }
`;

/**
 * Returns a page. The script is inline at the end, so a form is never visible without its behavior.
 * @param {string} name flow of browser.mjs that the page runs
 * @param {string} title
 * @param {string} body
 * @param {string} [next] path of the second factor
 */
function layout(name, title, body, next = '/two-factor') {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} - Acme</title>
  <link rel="icon" href="data:,">
  <style>${STYLE}</style>
</head>
<body data-page="${name}" data-next="${next}">
  <main>
    ${body}
    <p id="alert" role="alert" hidden></p>
  </main>
  <script>(${client})();</script>
</body>
</html>
`;
}

/**
 * @param {string} id
 * @param {string} label
 */
function codeBoxes(id, label) {
  const boxes = [1, 2, 3, 4, 5, 6].map((n) => {
    const autocomplete = n === 1 ? 'one-time-code' : 'off';
    return `<input type="text" inputmode="numeric" maxlength="1" autocomplete="${autocomplete}"
        aria-label="Digit ${n} of 6">`;
  });
  return `<div class="boxes" id="${id}" role="group" aria-label="${label}">
      ${boxes.join('\n      ')}
    </div>`;
}

/** @typedef {'field' | 'boxes'} Entry one field for a code, or a box for each digit */

/**
 * @param {Entry} entry
 * @param {{ label: string, button: string, name?: string, maxLength?: boolean, more?: string }} words `more`: below the field
 */
function codeEntry(entry, { label, button, name = 'code', maxLength = true, more = '' }) {
  if (entry === 'boxes') return `${codeBoxes('boxes', label)}${more}`;
  return `<form id="code-form" method="post">
      <label for="code">${label}</label>
      <input id="code" name="${name}" type="text" inputmode="numeric" autocomplete="one-time-code"
        ${maxLength ? 'maxlength="6" ' : ''}required>${more}
      <button>${button}</button>
    </form>`;
}

const OTHER_WAYS = `<p class="links">
      <a href="/login">Password</a> &middot; <a href="/email-code">Email code</a> &middot;
      <a href="/magic-link">Email link</a> &middot; <a href="/phone">Text message</a> &middot;
      <a href="/sign-up">Create an account</a>
    </p>`;

const signUp = `<div id="step-1">
      <h1>Create your account</h1>
      <form id="form" method="post">
        <label for="email">Email</label>
        <input id="email" name="email" type="email" autocomplete="email" required>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="new-password" minlength="8" required>
        <button>Create account</button>
      </form>
      <p class="links">Already with us? <a href="/login">Sign in</a></p>
    </div>
    <div id="step-2" hidden>
      <h1>Check your email</h1>
      <p>We sent you a link. Open it to confirm your address and finish signing up.</p>
    </div>`;

const login = `<h1>Sign in</h1>
    <form id="form" method="post">
      <label for="email">Email</label>
      <input id="email" name="email" type="email" autocomplete="username" required>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required>
      <button>Sign in</button>
    </form>
    ${OTHER_WAYS}`;

const forgot = `<h1>Reset your password</h1>
    <form id="form" method="post">
      <p>Enter your address, and we send you a link.</p>
      <label for="email">Email</label>
      <input id="email" name="email" type="email" autocomplete="username" required>
      <button>Send link</button>
    </form>
    <div id="step-2" hidden>
      <p><b>Check your inbox</b></p>
      <p>We sent you a link to reset your password.</p>
    </div>
    <p class="links"><a href="/login">Sign in</a></p>`;

const NEW_PASSWORD = `<label for="password">New password</label>
      <input id="password" name="password" type="password" autocomplete="new-password" minlength="8" maxlength="32" required>
      <label for="repeated">Repeat the new password</label>
      <input id="repeated" name="repeated" type="password" autocomplete="new-password" required>`;

const resetPassword = `<h1>Choose a new password</h1>
    <form id="form" method="post">
      ${NEW_PASSWORD}
      <button>Set password</button>
    </form>
    <p id="done" role="status" hidden>Your password has been changed. <a href="/login">Sign in</a></p>`;

const passkey = `<h1>Sign in with a passkey</h1>
    <p>Use your fingerprint, your face or your screen lock.</p>
    <button id="ask" type="button">Continue with a passkey</button>
    ${OTHER_WAYS}`;

const TRUST = `
      <label class="check"><input id="trust" name="trust" type="checkbox"> Trust this device for 30 days</label>`;

/** @param {Entry} entry */
const twoFactor = (entry) => `<h1>Two-factor authentication</h1>
    <p>Open your authenticator app and enter the code it shows for Acme.</p>
    ${codeEntry(entry, { label: 'Authentication code', button: 'Verify', more: TRUST })}
    <p class="links">
      <a href="/two-factor/email">Email me a code instead</a> &middot;
      <a href="/two-factor/backup">Use a backup code</a>
    </p>`;

/** @param {Entry} entry */
const twoFactorEmail = (entry) => `<h1>Check your email</h1>
    <p>Enter the 6-digit code we sent to your address.</p>
    ${codeEntry(entry, { label: 'Verification code', button: 'Continue' })}
    <button id="resend" type="button">Resend code</button>
    <p class="links"><a href="/two-factor">Use your authenticator app</a></p>`;

const twoFactorChoice = `<h1>Confirm that it is you</h1>
    <p>How do you want to get your code?</p>
    <ul>
      <li><a href="/two-factor">Authenticator app</a></li>
      <li><a href="/two-factor/email">Send a code to your email</a></li>
      <li><a href="/two-factor/backup">Use a backup code</a></li>
    </ul>`;

const twoFactorBackup = `<h1>Use a backup code</h1>
    <p>Enter one of the codes you saved when you set up two-factor authentication.</p>
    <form id="form" method="post">
      <label for="code">Backup code</label>
      <input id="code" name="backup_code" type="text" autocomplete="off" spellcheck="false" required autofocus>
      <button>Continue</button>
    </form>
    <p class="links"><a href="/two-factor">Use your authenticator app</a></p>`;

/** @param {Entry} entry */
const emailCode = (entry) => `<h1>Sign in with a code</h1>
    <form id="form" method="post">
      <label for="email">Email</label>
      <input id="email" name="email" type="email" autocomplete="email" required>
      <button>Send code</button>
    </form>
    <div id="step-2" hidden>
      <p>Enter the code we sent to <b id="sent-to"></b>.</p>
      ${codeEntry(entry, { label: 'Code', name: 'otp', button: 'Continue', maxLength: false })}
    </div>
    ${OTHER_WAYS}`;

const magicLink = `<h1>Sign in by email</h1>
    <form id="form" method="post">
      <label for="email">Email</label>
      <input id="email" name="email" type="email" autocomplete="email" required>
      <button>Email me a link</button>
    </form>
    <div id="step-2" hidden>
      <p><b>Check your inbox</b></p>
      <p>We sent you a link to sign in. It works once.</p>
    </div>
    ${OTHER_WAYS}`;

/** @param {Entry} entry */
const phone = (entry) => `<h1>Sign in with your phone</h1>
    <form id="form" method="post">
      <label for="phone">Mobile number</label>
      <input id="phone" name="phone" type="tel" autocomplete="tel" placeholder="+1 555 555 0100" required>
      <button>Text me a code</button>
    </form>
    <div id="step-2" hidden>
      <p>Enter the code we texted to <b id="sent-to"></b>.</p>
      ${codeEntry(entry, { label: 'SMS code', button: 'Continue' })}
    </div>
    ${OTHER_WAYS}`;

/**
 * Public pages by path. The path of a password page names its second factor.
 * @type {Map<string, string>}
 */
export const publicPages = new Map([
  ['/sign-up', layout('sign-up', 'Create your account', signUp)],
  ['/login', layout('login', 'Sign in', login)],
  [
    '/login/forgotten',
    layout('login', 'Sign in', `${login}\n    <p class="links"><a href="/forgot">Forgot your password?</a></p>`),
  ],
  ['/forgot', layout('forgot', 'Reset your password', forgot)],
  ['/reset-password', layout('reset-password', 'Choose a new password', resetPassword)],
  ['/login/passkey', layout('passkey', 'Sign in with a passkey', passkey)],
  ['/login/autofill', layout('autofill', 'Sign in', login.replace('"username"', '"username webauthn"'))],
  ['/login/boxes', layout('login', 'Sign in', login, '/two-factor/boxes')],
  ['/login/choice', layout('login', 'Sign in', login, '/two-factor/choice')],
  ['/login/email', layout('login', 'Sign in', login, '/two-factor/email')],
  ['/login/email-field', layout('login', 'Sign in', login, '/two-factor/email-field')],
  ['/login/backup', layout('login', 'Sign in', login, '/two-factor/backup')],
  ['/two-factor', layout('two-factor', 'Two-factor authentication', twoFactor('field'))],
  ['/two-factor/boxes', layout('two-factor', 'Two-factor authentication', twoFactor('boxes'))],
  ['/two-factor/choice', layout('two-factor-choice', 'Confirm that it is you', twoFactorChoice)],
  ['/two-factor/email', layout('two-factor-email', 'Check your email', twoFactorEmail('boxes'))],
  ['/two-factor/email-field', layout('two-factor-email', 'Check your email', twoFactorEmail('field'))],
  ['/two-factor/backup', layout('two-factor-backup', 'Use a backup code', twoFactorBackup)],
  ['/email-code', layout('email-code', 'Sign in with a code', emailCode('field'))],
  ['/email-code/boxes', layout('email-code', 'Sign in with a code', emailCode('boxes'))],
  ['/magic-link', layout('magic-link', 'Sign in by email', magicLink)],
  ['/phone', layout('phone', 'Sign in with your phone', phone('boxes'))],
  ['/phone/field', layout('phone', 'Sign in with your phone', phone('field'))],
]);

/** @param {{ email: string, phoneNumber?: string | null | undefined }} user */
export function accountPage(user) {
  const phoneLine = user.phoneNumber ? `<p data-testid="phone">Phone <b>${escapeHtml(user.phoneNumber)}</b></p>` : '';
  return layout(
    'account',
    'Your account',
    `<h1>Your account</h1>
    <p data-testid="who">Signed in as <b>${escapeHtml(user.email)}</b></p>
    ${phoneLine}
    <p><a href="/security">Security settings</a></p>
    <button id="sign-out" type="button">Sign out</button>`,
  );
}

/**
 * @param {boolean} enabled true if the user's second factor is already on
 * @param {boolean} [renews] true if another authenticator replaces that of the user
 */
export function securityPage(enabled, renews = false) {
  return layout(
    'security',
    'Security',
    `<h1>Security</h1>
    <form id="form" method="post"${enabled ? ' hidden' : ''}${renews ? ' data-renew="1"' : ''}>
      <p>Protect your account with an authenticator app.</p>
      <label for="password">Confirm your password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required>
      <button>Set up authenticator</button>
    </form>
    <form id="code-form" method="post" hidden>
      <p>Scan this with your authenticator app, or copy the address below it.</p>
      <img id="qr" alt="QR code for your authenticator app">
      <p><code id="totp-uri" data-testid="totp-uri"></code></p>
      <label for="code">Authentication code</label>
      <input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="6" required>
      <button>Turn on</button>
    </form>
    <h2 id="done"${enabled ? '' : ' hidden'}>Two-factor authentication is on</h2>
    <div id="backup" hidden>
      <p>Save these backup codes. Each works once.</p>
      <ul id="backup-codes" data-testid="backup-codes"></ul>
    </div>
    <h2>Passkeys</h2>
    <p id="passkey-done" hidden>The passkey was added</p>
    <button id="add-passkey" type="button">Add a passkey</button>
    <p class="links"><a href="/">Your account</a></p>`,
  );
}

export function passwordPage() {
  return layout(
    'password',
    'Password',
    `<h1>Password</h1>
    <form id="form" method="post">
      <label for="current">Current password</label>
      <input id="current" name="current" type="password" autocomplete="current-password" required>
      ${NEW_PASSWORD}
      <button>Change password</button>
    </form>
    <p id="done" role="status" hidden>Your password has been changed.</p>
    <p class="links"><a href="/">Your account</a></p>`,
  );
}

export function notFoundPage() {
  return layout('not-found', 'Not found', '<h1>Not found</h1><p><a href="/">Your account</a></p>');
}
