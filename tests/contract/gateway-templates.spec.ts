import { SendBulkEmailCommand, SendEmailCommand as SendEmailV2Command } from '@aws-sdk/client-sesv2';
import { SendBulkTemplatedEmailCommand, SendTemplatedEmailCommand } from '@aws-sdk/client-ses';
import { EmailParams, Recipient, Sender } from 'mailersend';
import { Resend } from 'resend';
import { decodeMessage } from '../../src/message/decode.ts';
import type { Message } from '../../src/message/message.ts';
import type { Sink } from '../../src/sink/sink.ts';
import {
  FROM,
  brevoAt,
  mailersendAt,
  mailgunAt,
  postmarkAt,
  sendgridAt,
  ses,
  sesV2,
} from '../support/gateway-clients.ts';
import { ALICE, BOB, expect, test } from '../support/sink-test.ts';

/** Decodes all messages. */
async function messagesOf({ store }: Sink): Promise<Message[]> {
  return Promise.all([...store.since(0)].map(({ envelope, raw }) => decodeMessage(envelope, raw)));
}

test.describe('a mail whose template the vendor keeps has its variables, from which the code is read', () => {
  const data = { firstName: 'Ada', verification_code: '482913', links: [{ url: 'https://acme.example/a?b=1' }] };
  const json = JSON.stringify(data);
  const to = [{ email: ALICE }];
  for (const [name, send] of Object.entries({
    Resend: (url: string) =>
      new Resend('re_any', { baseUrl: url }).emails.send({
        to: ALICE,
        template: { id: '734015', variables: data as unknown as Record<string, string> },
      }),
    SendGrid: (url: string) =>
      sendgridAt(url).send({ from: FROM, to: ALICE, templateId: 'd-734015', dynamicTemplateData: data }),
    'SES version 2': (url: string) =>
      sesV2(url).send(
        new SendEmailV2Command({
          FromEmailAddress: FROM,
          Destination: { ToAddresses: [ALICE] },
          Content: { Template: { TemplateName: '734015', TemplateData: json } },
        }),
      ),
    'SES version 2, in bulk': (url: string) =>
      sesV2(url).send(
        new SendBulkEmailCommand({
          FromEmailAddress: FROM,
          DefaultContent: { Template: { TemplateName: '734015', TemplateData: '{"firstName":"Bob"}' } },
          BulkEmailEntries: [
            {
              Destination: { ToAddresses: [ALICE] },
              ReplacementEmailContent: { ReplacementTemplate: { ReplacementTemplateData: json } },
            },
          ],
        }),
      ),
    'SES version 1': (url: string) =>
      ses(url).send(
        new SendTemplatedEmailCommand({
          Source: FROM,
          Destination: { ToAddresses: [ALICE] },
          Template: '734015',
          TemplateData: json,
        }),
      ),
    'SES version 1, in bulk': (url: string) =>
      ses(url).send(
        new SendBulkTemplatedEmailCommand({
          Source: FROM,
          Template: '734015',
          DefaultTemplateData: '{"firstName":"Bob"}',
          Destinations: [{ Destination: { ToAddresses: [ALICE] }, ReplacementTemplateData: json }],
        }),
      ),
    Mailgun: (url: string) =>
      mailgunAt(url).messages.create('acme.example', {
        ...{ from: FROM, to: ALICE, subject: 'Sign in', template: '734015', 't:variables': json },
      }),
    Postmark: (url: string) =>
      postmarkAt(url).sendEmailWithTemplate({ From: FROM, To: ALICE, TemplateId: 734_015, TemplateModel: data }),
    Brevo: (url: string) =>
      brevoAt(url).transactionalEmails.sendTransacEmail({
        ...{ sender: { email: 'a@acme.example' }, to, templateId: 734_015, params: data },
      }),
    MailerSend: (url: string) =>
      mailersendAt(url).email.send(
        new EmailParams()
          .setTo([new Recipient(ALICE)])
          .setTemplateId('734015')
          .setPersonalization([{ email: ALICE, data }]),
      ),
  })) {
    test(name, async ({ openInbox, sink }) => {
      const inbox = await openInbox();
      await send(sink.url);
      expect(await inbox.waitForCode()).toBe('482913');
      const [message] = await messagesOf(sink);
      const { text, links } = message ?? {};
      expect(links?.map(({ href }) => href)).toEqual(['https://acme.example/a?b=1']);
      expect(text).toMatch(/^The vendor keeps the template of this mail/);
      expect(text).toContain('first name: Ada');
    });
  }
});

test.describe('values that come with their text are filled in', () => {
  test('of SendGrid, for each personalization', async ({ openInbox, sink }) => {
    const [alice, bob] = [await openInbox(ALICE), await openInbox(BOB)];
    await sendgridAt(sink.url).send({
      ...{ from: FROM, subject: 'For {{name}}', text: 'Your code is {{code}}' },
      personalizations: [
        { to: ALICE, substitutions: { name: 'Ada', code: '482913' } },
        { to: BOB, substitutions: { name: 'Bob $&', code: '771204' } },
      ],
    });
    expect([await alice.waitForCode(), await bob.waitForCode()]).toEqual(['482913', '771204']);
    expect((await messagesOf(sink)).map(({ subject }) => subject)).toEqual(['For Ada', 'For Bob $&']);
  });

  test('of Mailgun, for each recipient', async ({ openInbox, sink }) => {
    const [alice, bob] = [await openInbox(ALICE), await openInbox(BOB)];
    await mailgunAt(sink.url).messages.create('acme.example', {
      ...{ from: FROM, to: [ALICE, BOB], subject: 'Sign in', html: '<p>Your code is %recipient.code%</p>' },
      'recipient-variables': JSON.stringify({ [ALICE]: { code: '482913' }, [BOB]: { code: '771204' } }),
    });
    expect([await alice.waitForCode(), await bob.waitForCode()]).toEqual(['482913', '771204']);
  });

  test('of Brevo, as text and not as HTML', async ({ openInbox, sink }) => {
    const alice = await openInbox();
    await brevoAt(sink.url).transactionalEmails.sendTransacEmail({
      ...{ sender: { email: 'a@acme.example' }, to: [{ email: ALICE }], subject: 'Sign in' },
      ...{
        htmlContent: '<p>{{params.name}}: your code is {{params.code}}</p>',
        params: { name: '<i>', code: 482_913 },
      },
    });
    expect(await alice.waitForCode()).toBe('482913');
    expect((await messagesOf(sink)).map(({ text }) => text)).toEqual(['<i>: your code is 482913']);
  });

  test('of MailerSend', async ({ openInbox, sink }) => {
    const alice = await openInbox();
    const mail = new EmailParams().setFrom(new Sender('a@acme.example')).setTo([new Recipient(ALICE)]);
    mail.setSubject('Sign in').setText('Your code is {{ code }}');
    mail.setPersonalization([{ email: ALICE, data: { code: '482913' } }]);
    await mailersendAt(sink.url).email.send(mail);
    expect(await alice.waitForCode()).toBe('482913');
  });
});
