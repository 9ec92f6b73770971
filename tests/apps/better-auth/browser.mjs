// @ts-check
/// <reference lib="dom" />
// The script of the pages. pages.mjs writes this function's source text into every page, so it must be self-contained.

export function client() {
  /** @type {Record<string, () => void>} */
  const flows = {
    'sign-up': signUp,
    login,
    passkey,
    autofill,
    'two-factor': twoFactor,
    'two-factor-email': twoFactorEmail,
    'two-factor-backup': twoFactorBackup,
    'email-code': emailCode,
    'magic-link': magicLink,
    phone,
    security,
    forgot,
    'reset-password': resetPassword,
    password: changePassword,
    account,
  };
  showLinkError();
  flows[document.body.dataset.page ?? '']?.();

  function signUp() {
    onSubmit('form', async () => {
      const email = value('email');
      const name = email.split('@')[0];
      await post('/sign-up/email', { email, name, password: value('password'), callbackURL: '/' });
      swap('step-1', 'step-2');
    });
  }

  function login() {
    onSubmit('form', async () => {
      const answer = await post('/sign-in/email', { email: value('email'), password: value('password') });
      location.assign(answer.twoFactorRedirect ? (document.body.dataset.next ?? '/two-factor') : '/');
    });
  }

  function passkey() {
    element('ask').addEventListener('click', () => attempt(() => signInByPasskey('optional')));
  }

  /** Lets the browser offer passkeys below the field until the page closes. */
  function autofill() {
    login();
    void attempt(() => signInByPasskey('conditional'));
  }

  /** @param {CredentialMediationRequirement} mediation */
  async function signInByPasskey(mediation) {
    const options = PublicKeyCredential.parseRequestOptionsFromJSON(
      await get('/passkey/generate-authenticate-options'),
    );
    const credential = await navigator.credentials.get({ mediation, publicKey: options });
    await post('/passkey/verify-authentication', { response: credential });
    location.assign('/');
  }

  async function addPasskey() {
    const options = PublicKeyCredential.parseCreationOptionsFromJSON(await get('/passkey/generate-register-options'));
    const credential = await navigator.credentials.create({ publicKey: options });
    await post('/passkey/verify-registration', { response: credential });
    element('passkey-done').hidden = false;
  }

  function twoFactor() {
    onCode(async (code) => {
      await post('/two-factor/verify-totp', { code, trustDevice: input('trust').checked });
      location.assign('/');
    });
  }

  function twoFactorEmail() {
    const sendCode = () => attempt(() => post('/two-factor/send-otp', {}));
    element('resend').addEventListener('click', sendCode);
    onCode(async (code) => {
      await post('/two-factor/verify-otp', { code });
      location.assign('/');
    });
    void sendCode();
  }

  function twoFactorBackup() {
    onSubmit('form', async () => {
      await post('/two-factor/verify-backup-code', { code: value('code') });
      location.assign('/');
    });
  }

  function emailCode() {
    onSubmit('form', async () => {
      await post('/email-otp/send-verification-otp', { email: value('email'), type: 'sign-in' });
      element('sent-to').textContent = value('email');
      swap('form', 'step-2');
      onCode(async (code) => {
        await post('/sign-in/email-otp', { email: value('email'), otp: code });
        location.assign('/');
      });
    });
  }

  function magicLink() {
    onSubmit('form', async () => {
      await post('/sign-in/magic-link', { email: value('email'), callbackURL: '/' });
      swap('form', 'step-2');
    });
  }

  function phone() {
    const phoneNumber = () => value('phone').replace(/[\s()-]/g, '');
    onSubmit('form', async () => {
      await post('/phone-number/send-otp', { phoneNumber: phoneNumber() });
      element('sent-to').textContent = phoneNumber();
      swap('form', 'step-2');
      onCode(async (code) => {
        await post('/phone-number/verify', { phoneNumber: phoneNumber(), code });
        location.assign('/');
      });
    });
  }

  function security() {
    /** @type {string[]} */
    let backupCodes = [];
    element('add-passkey').addEventListener('click', () => attempt(addPasskey));
    onSubmit('form', async () => {
      // better-auth enrolls another authenticator only after the lost one is off.
      if (element('form').dataset.renew) await post('/two-factor/disable', { password: value('password') });
      const setup = await post('/two-factor/enable', { password: value('password') });
      const drawn = await fetch('/security/qr', { method: 'POST', body: setup.totpURI });
      const qr = /** @type {HTMLImageElement} */ (element('qr'));
      qr.src = (await drawn.json()).image;
      element('totp-uri').textContent = setup.totpURI;
      backupCodes = setup.backupCodes;
      swap('form', 'code-form');
    });
    onSubmit('code-form', async () => {
      await post('/two-factor/verify-totp', { code: value('code') });
      element('backup-codes').replaceChildren(...backupCodes.map(listItem));
      element('backup').hidden = false;
      swap('code-form', 'done');
    });
  }

  function forgot() {
    onSubmit('form', async () => {
      await post('/request-password-reset', { email: value('email'), redirectTo: '/reset-password' });
      swap('form', 'step-2');
    });
  }

  function resetPassword() {
    onSubmit('form', async () => {
      const newPassword = repeatedPassword();
      await post('/reset-password', { newPassword, token: new URLSearchParams(location.search).get('token') });
      swap('form', 'done');
    });
  }

  function changePassword() {
    onSubmit('form', async () => {
      await post('/change-password', { currentPassword: value('current'), newPassword: repeatedPassword() });
      /** @type {HTMLFormElement} */ (element('form')).reset();
      element('done').hidden = false;
    });
  }

  function repeatedPassword() {
    if (value('password') !== value('repeated')) throw new Error('The passwords do not match.');
    return value('password');
  }

  function account() {
    element('sign-out').addEventListener('click', () =>
      attempt(async () => {
        await post('/sign-out', {});
        location.assign('/login');
      }),
    );
  }

  /**
   * Handles the entry of a code, in six boxes or in a form with one field. Each page has one of them.
   * @param {(code: string) => Promise<void>} submit
   */
  function onCode(submit) {
    if (document.getElementById('boxes')) return codeBoxes(submit);
    onSubmit('code-form', () => submit(value('code')));
    input('code').focus();
  }

  /**
   * Handles six boxes of one digit each. Typing moves forward, backspace moves back, a pasted code fills all boxes, and
   * the last digit submits the code. A rejected code is cleared.
   * @param {(code: string) => Promise<void>} submit
   */
  function codeBoxes(submit) {
    const boxes = [...element('boxes').querySelectorAll('input')];
    let busy = false;

    async function submitWhenFull() {
      const code = boxes.map((box) => box.value).join('');
      if (busy || code.length < boxes.length) return;
      busy = true;
      if (!(await attempt(() => submit(code)))) {
        for (const box of boxes) box.value = '';
        boxes[0]?.focus();
      }
      busy = false;
    }

    boxes.forEach((box, index) => {
      box.addEventListener('focus', () => box.select());
      box.addEventListener('input', () => {
        box.value = box.value.replace(/\D/g, '').slice(-1);
        if (box.value) boxes[index + 1]?.focus();
        void submitWhenFull();
      });
      box.addEventListener('keydown', (event) => {
        if (event.key === 'Backspace' && !box.value) boxes[index - 1]?.focus();
      });
      box.addEventListener('paste', (event) => {
        event.preventDefault();
        const digits = (event.clipboardData?.getData('text') ?? '').replace(/\D/g, '');
        boxes.slice(index).forEach((target, n) => (target.value = digits[n] ?? target.value));
        boxes[Math.min(index + digits.length, boxes.length - 1)]?.focus();
        void submitWhenFull();
      });
    });
    boxes[0]?.focus();
  }

  /**
   * @param {string} id
   * @param {() => Promise<void>} action
   */
  function onSubmit(id, action) {
    const form = element(id);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
      button.disabled = true;
      await attempt(action);
      button.disabled = false;
    });
  }

  /**
   * Runs the action and shows its error, if any, in the page's alert.
   * @param {() => Promise<unknown>} action
   */
  async function attempt(action) {
    element('alert').hidden = true;
    try {
      await action();
      return true;
    } catch (error) {
      showAlert(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  /**
   * @param {string} path
   * @param {object} body
   */
  async function post(path, body) {
    return await answerOf(
      await fetch(`/api/auth${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
  }

  /** @param {string} path */
  async function get(path) {
    return await answerOf(await fetch(`/api/auth${path}`));
  }

  /** @param {Response} response */
  async function answerOf(response) {
    const answer = await response.json().catch(() => null);
    if (!response.ok) throw new Error(answer?.message || 'Something went wrong. Please try again.');
    return answer;
  }

  /** Shows the reason for a rejected link, which better-auth puts into the URL. */
  function showLinkError() {
    if (!new URLSearchParams(location.search).has('error')) return;
    showAlert('This link is no longer valid. Please ask for a new one.');
  }

  /** @param {string} message */
  function showAlert(message) {
    element('alert').textContent = message;
    element('alert').hidden = false;
  }

  /**
   * @param {string} from
   * @param {string} to
   */
  function swap(from, to) {
    element(from).hidden = true;
    element(to).hidden = false;
  }

  /** @param {string} text */
  function listItem(text) {
    const item = document.createElement('li');
    item.textContent = text;
    return item;
  }

  /** @param {string} id */
  function element(id) {
    return /** @type {HTMLElement} */ (document.getElementById(id));
  }

  /** @param {string} id */
  function input(id) {
    return /** @type {HTMLInputElement} */ (element(id));
  }

  /** @param {string} id */
  function value(id) {
    return input(id).value;
  }
}
