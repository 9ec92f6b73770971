/** The script of a page that signs in with a passkey: it asks for one and submits its id. */
const ASK = `async function ask(options) {
  const challenge = new Uint8Array(32);
  const given = await navigator.credentials.get({ publicKey: { challenge, rpId: 'acme.example' }, ...options });
  const form = document.createElement('form');
  const count = new DataView(given.response.authenticatorData).getUint32(33);
  form.method = 'post';
  form.action = '/passkey';
  form.innerHTML = '<input name="passkey" value="' + given.id + '"><input name="count" value="' + count + '">';
  document.body.append(form);
  form.submit();
}`;

/** A page that asks for a passkey when its button is clicked. */
export const BY_BUTTON = `<h1>Use your passkey</h1><p>Your device will ask for your fingerprint, face or screen lock.</p>
  <button onclick="ask().catch((error) => { document.querySelector('p').textContent = error.message })">Continue with passkey</button>
  <script>${ASK}</script>`;

/** A page that asks on load and has no button. */
export const ON_LOAD = `<h1>Use your passkey</h1><p>Follow the steps of your device.</p><script>${ASK} ask().catch(() => undefined)</script>`;

/** A script that offers passkeys in the autofill of the name field (conditional mediation). */
export const CONDITIONAL = `<script>${ASK} ask({ mediation: 'conditional' }).catch(() => undefined)</script>`;

/** A passkey button beside a form. */
export const BESIDE = `<button onclick="ask()">Sign in with a passkey</button><script>${ASK}</script>`;
