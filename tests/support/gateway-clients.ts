import { SESClient, SendEmailCommand, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { SESv2Client, SendEmailCommand as SendEmailV2Command } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { BrevoClient } from '@getbrevo/brevo';
import sendgrid from '@sendgrid/mail';
import { SMS as VonageSms } from '@vonage/sms';
import Mailgun from 'mailgun.js';
import { Attachment as MailerSendAttachment, EmailParams, MailerSend, Recipient, Sender } from 'mailersend';
import nodemailer from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import { ServerClient } from 'postmark';
import { Resend } from 'resend';
import type { Sink } from '../../src/sink/sink.ts';
import { twilioAt } from './twilio-client.ts';

/** A mail that each client sends in its own way. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly bcc?: string;
  readonly attachment?: { readonly name: string; readonly content: string };
}

type SendMail = (sink: Pick<Sink, 'url' | 'smtpPort'>, mail: Mail, token?: string) => Promise<unknown>;
type SendText = (sink: Pick<Sink, 'url'>, to: string, text: string) => Promise<unknown>;

export const FROM = 'Acme <no-reply@acme.example>';
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'any' };
const aws = (url: string, token?: string): object => ({
  endpoint: url,
  region: 'us-east-1',
  maxAttempts: 1,
  credentials: { ...credentials, ...(token && { accessKeyId: token }) },
});
const base64 = (text: string): string => Buffer.from(text).toString('base64');

export function sendgridAt(url: string, token = 'SG.any'): typeof sendgrid {
  const Service = sendgrid.constructor as new () => typeof sendgrid;
  const mail = new Service();
  mail.setApiKey(token);
  const { client } = mail as unknown as { client: { setDefaultRequest(name: string, value: string): void } };
  client.setDefaultRequest('baseUrl', url);
  return mail;
}

export function mailgunAt(url: string, token = 'any'): ReturnType<Mailgun['client']> {
  return new Mailgun(FormData).client({ username: 'api', key: token, url });
}

export function postmarkAt(url: string, token = 'any'): ServerClient {
  return new ServerClient(token, { requestHost: new URL(url).host, useHttps: false });
}

export function mailersendAt(url: string, token = 'any'): MailerSend {
  const client = new MailerSend({ apiKey: token });
  Object.assign(client.email, { baseUrl: `${url}/v1` });
  return client;
}

export const ses = (url: string, token?: string): SESClient => new SESClient(aws(url, token));
export const sesV2 = (url: string, token?: string): SESv2Client => new SESv2Client(aws(url, token));
export const sns = (url: string): SNSClient => new SNSClient(aws(url));
export const vonageAt = (url: string): VonageSms =>
  new VonageSms({ apiKey: 'abc', apiSecret: 'any' }, { restHost: url });

async function compose({ attachment, ...mail }: Mail): Promise<Buffer> {
  const attachments = attachment && [{ filename: attachment.name, content: attachment.content }];
  return new MailComposer({ from: FROM, ...mail, attachments }).compile().build();
}

/** Each official client, unmodified but for its base URL. */
export const MAIL_CLIENTS: Readonly<Record<string, { readonly via: string; readonly send: SendMail }>> = {
  nodemailer: {
    via: 'smtp',
    async send({ smtpPort }, { attachment, ...mail }) {
      const attachments = attachment && [{ filename: attachment.name, content: attachment.content }];
      const transport = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort });
      await transport.sendMail({ from: FROM, ...mail, attachments });
    },
  },
  '@sendgrid/mail': {
    via: 'sendgrid',
    async send({ url }, { attachment, text, html, ...mail }, token) {
      const content = { ...(text && { text }), ...(html && { html }) } as { text: string };
      const attachments = attachment && [{ filename: attachment.name, content: base64(attachment.content) }];
      await sendgridAt(url, token).send({ from: FROM, ...mail, ...content, ...(attachments && { attachments }) });
    },
  },
  resend: {
    via: 'resend',
    async send({ url }, { attachment, ...mail }, token = 're_any') {
      const attachments = attachment && [{ filename: attachment.name, content: Buffer.from(attachment.content) }];
      const content = { from: FROM, ...mail, ...(attachments && { attachments }) };
      const { error } = await new Resend(token, { baseUrl: url }).emails.send(
        content as { text: string } & typeof content,
      );
      if (error) throw new Error(error.message);
    },
  },
  '@aws-sdk/client-sesv2': {
    via: 'ses',
    async send({ url }, { to, bcc, subject, text, html, attachment }, token) {
      const body = { ...(text && { Text: { Data: text } }), ...(html && { Html: { Data: html } }) };
      const attachments = attachment && [{ FileName: attachment.name, RawContent: Buffer.from(attachment.content) }];
      const simple = { Subject: { Data: subject }, Body: body, ...(attachments && { Attachments: attachments }) };
      const destination = { ToAddresses: [to], ...(bcc && { BccAddresses: [bcc] }) };
      const input = { FromEmailAddress: FROM, Destination: destination, Content: { Simple: simple } };
      await sesV2(url, token).send(new SendEmailV2Command(input));
    },
  },
  '@aws-sdk/client-sesv2, raw': {
    via: 'ses',
    async send({ url }, mail, token) {
      const { to, bcc } = mail;
      const raw = { Content: { Raw: { Data: await compose(mail) } } };
      const destination = { ToAddresses: [to], ...(bcc && { BccAddresses: [bcc] }) };
      await sesV2(url, token).send(new SendEmailV2Command(bcc ? { ...raw, Destination: destination } : raw));
    },
  },
  '@aws-sdk/client-ses': {
    via: 'ses',
    async send(sink, mail, token) {
      const { to, bcc, subject, text, html, attachment } = mail;
      // Version 1 sends attachments only in a raw mail.
      if (attachment) {
        const destinations = [to, ...(bcc ? [bcc] : [])];
        const raw = { RawMessage: { Data: await compose(mail) }, Destinations: destinations };
        await ses(sink.url, token).send(new SendRawEmailCommand(raw));
        return;
      }
      const body = { ...(text && { Text: { Data: text } }), ...(html && { Html: { Data: html } }) };
      const destination = { ToAddresses: [to], ...(bcc && { BccAddresses: [bcc] }) };
      const message = { Subject: { Data: subject }, Body: body };
      await ses(sink.url, token).send(
        new SendEmailCommand({ Source: FROM, Destination: destination, Message: message }),
      );
    },
  },
  'mailgun.js': {
    via: 'mailgun',
    async send({ url }, { attachment, ...mail }, token) {
      const files = attachment && [{ filename: attachment.name, data: Buffer.from(attachment.content) }];
      const content = { from: FROM, ...mail, ...(files && { attachment: files }) };
      await mailgunAt(url, token).messages.create('acme.example', content as { text: string } & typeof content);
    },
  },
  'mailgun.js, raw': {
    via: 'mailgun',
    async send({ url }, mail, token) {
      const to = [mail.to, ...(mail.bcc ? [mail.bcc] : [])];
      await mailgunAt(url, token).messages.create('acme.example', { to, message: await compose(mail) });
    },
  },
  postmark: {
    via: 'postmark',
    async send({ url }, { to, bcc, subject, text, html, attachment }, token) {
      const file = attachment && {
        Name: attachment.name,
        Content: base64(attachment.content),
        ContentType: 'text/plain',
        ContentID: null,
      };
      const body = { ...(text && { TextBody: text }), ...(html && { HtmlBody: html }), ...(bcc && { Bcc: bcc }) };
      const mail = { From: FROM, To: to, Subject: subject, ...body, ...(file && { Attachments: [file] }) };
      await postmarkAt(url, token).sendEmail(mail);
    },
  },
  '@getbrevo/brevo': {
    via: 'brevo',
    async send({ url }, { to, bcc, subject, text, html, attachment }, token = 'any') {
      const client = new BrevoClient({ apiKey: token, baseUrl: `${url}/v3` });
      const body = { ...(text && { textContent: text }), ...(html && { htmlContent: html }) };
      const file = attachment && { name: attachment.name, content: base64(attachment.content) };
      await client.transactionalEmails.sendTransacEmail({
        sender: { name: 'Acme', email: 'no-reply@acme.example' },
        ...{ to: [{ email: to }], subject, ...body, ...(bcc && { bcc: [{ email: bcc }] }) },
        ...(file && { attachment: [file] }),
      });
    },
  },
  mailersend: {
    via: 'mailersend',
    async send({ url }, { to, bcc, subject, text, html, attachment }, token) {
      const mail = new EmailParams().setFrom(new Sender('no-reply@acme.example', 'Acme')).setTo([new Recipient(to)]);
      mail.setSubject(subject);
      if (text) mail.setText(text);
      if (html) mail.setHtml(html);
      if (bcc) mail.setBcc([new Recipient(bcc)]);
      if (attachment) mail.setAttachments([new MailerSendAttachment(base64(attachment.content), attachment.name)]);
      await mailersendAt(url, token).email.send(mail);
    },
  },
};

/** Each official client for SMS. Numbers are in E.164. */
export const SMS_CLIENTS: Readonly<Record<string, { readonly via: string; readonly send: SendText }>> = {
  twilio: {
    via: 'twilio',
    send: ({ url }, to, body) => twilioAt(url).messages.create({ to, from: '+15005550006', body }),
  },
  '@aws-sdk/client-sns': {
    via: 'sns',
    send: ({ url }, to, text) => sns(url).send(new PublishCommand({ PhoneNumber: to, Message: text })),
  },
  '@vonage/sms': {
    via: 'vonage',
    send: ({ url }, to, text) => vonageAt(url).send({ to: to.slice(1), from: 'ACME', text }),
  },
  '@getbrevo/brevo': {
    via: 'brevo',
    send: ({ url }, to, content) =>
      new BrevoClient({ apiKey: 'any', baseUrl: `${url}/v3` }).transactionalSms.sendTransacSms({
        sender: 'ACME',
        recipient: to.slice(1),
        content,
      }),
  },
};

/** Tells whether a request was accepted. Not every client throws an `Error`. */
export async function outcomeOf(request: Promise<unknown>): Promise<'accepted' | 'refused'> {
  return request.then(
    () => 'accepted',
    () => 'refused',
  );
}

/** The official client of Brevo, which does not repeat a refused request. */
export const brevoAt = (url: string): BrevoClient =>
  new BrevoClient({ apiKey: 'any', baseUrl: `${url}/v3`, maxRetries: 0 });
