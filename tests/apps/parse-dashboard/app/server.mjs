// @ts-check
// Parse Dashboard, mounted as its package says. No Parse server stands behind it: signing in needs none.
// Environment: PORT, SEED_USERS (JSON: username, password, totp).

/** It asks the npm registry for its newest version as it loads. Nothing listens there, and it takes that for an answer. */
process.env.npm_config_registry = 'http://127.0.0.1:9/';
const { default: express } = await import('express');
const { default: ParseDashboard } = await import('parse-dashboard');

/** @param {{ username: string, password: string, totp: string }} user */
function userOf({ username, password, totp }) {
  const { searchParams } = new URL(totp);
  return {
    user: username,
    pass: password,
    mfa: searchParams.get('secret'),
    mfaAlgorithm: searchParams.get('algorithm') ?? 'SHA1',
    mfaDigits: Number(searchParams.get('digits') ?? 6),
    mfaPeriod: Number(searchParams.get('period') ?? 30),
  };
}

const dashboard = new ParseDashboard({
  apps: [{ serverURL: 'http://127.0.0.1:9/parse', appId: 'demo', masterKey: 'not-a-secret', appName: 'Demo' }],
  users: JSON.parse(process.env.SEED_USERS ?? '[]').map(userOf),
});
const server = express()
  .use('/', dashboard)
  .listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    console.log(`parse-dashboard ready url=http://127.0.0.1:${port}`);
  });
