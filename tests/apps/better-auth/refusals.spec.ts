import { test } from 'playwright-2fa';
import { STORED_PERSONAS } from '../../support/stored-personas.ts';
import { impostorsOf, spoilCodes, spoilLinks, testRefusal } from '../refusals.ts';

const { alice } = STORED_PERSONAS;
const PERSONAS = { alice, ...impostorsOf({ alice }) };

testRefusal(test, PERSONAS, 'a wrong password', {
  ...{ personaName: 'alice-wrong-password', url: '/login', words: 'Invalid email or password' },
});
testRefusal(test, PERSONAS, 'a code of a wrong seed', {
  ...{ personaName: 'alice-wrong-seed', url: '/login', words: 'Invalid code', options: { factors: ['totp'] } },
});
testRefusal(test, PERSONAS, 'a wrong mailed code', { url: '/email-code', spoil: spoilCodes, words: 'Invalid OTP' });
testRefusal(test, PERSONAS, 'a wrong texted code', { url: '/phone', spoil: spoilCodes, words: 'Invalid OTP' });
testRefusal(test, PERSONAS, 'a wrong link', {
  url: '/magic-link',
  spoil: spoilLinks,
  words: 'This link is no longer valid',
});
