import { cognitoLocal, expect } from 'playwright-2fa';
import { variableOf } from '../apps.ts';
import { test } from '../test.ts';

const told = (name: string): string => process.env[variableOf('cognito-local', name)] ?? '';

/** Codes from the files of the emulator, which sends nothing. */
const source = cognitoLocal({ folder: told('folder') || '.cognito' });

test.use({ twoFactor: async ({ twoFactor }, use) => await use({ ...twoFactor, mail: source, sms: source }) });

/** Calls the emulator as the SDKs of AWS do. */
async function call(operation: string, input: object): Promise<void> {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
  };
  const response = await fetch(told('url'), { method: 'POST', headers, body: JSON.stringify(input) });
  expect(response.status, await response.text()).toBe(200);
}

const PASSWORD = 'Correct-Horse-4711';

test('a sign-up and a reset by mail', async ({ inbox }) => {
  const user = { ClientId: told('mail'), Username: inbox.address };
  const attributes = [{ Name: 'email', Value: inbox.address }];
  await call('SignUp', { ...user, Password: PASSWORD, UserAttributes: attributes });
  await call('ConfirmSignUp', { ...user, ConfirmationCode: await inbox.waitForCode() });
  await call('ForgotPassword', user);
  const password = 'Battery-Staple-0815';
  await call('ConfirmForgotPassword', { ...user, ConfirmationCode: await inbox.waitForCode(), Password: password });
  const parameters = { USERNAME: inbox.address, PASSWORD: password };
  await call('InitiateAuth', { ...user, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: parameters });
});

test.describe(() => {
  test.use({ personaName: 'cora' });

  test('a sign-up by SMS', async ({ persona, sms }) => {
    const user = { ClientId: told('phone'), Username: persona.email };
    const attributes = [
      { Name: 'email', Value: persona.email },
      { Name: 'phone_number', Value: sms.number },
    ];
    await call('SignUp', { ...user, Password: PASSWORD, UserAttributes: attributes });
    await call('ConfirmSignUp', { ...user, ConfirmationCode: await sms.waitForCode() });
  });
});
