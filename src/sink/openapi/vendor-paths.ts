import { BODY, type Operation, type Parameter, type Paths, inPath, json } from './operation.ts';

const DOMAIN = inPath('domain', 'Domain of the sender.');
const SERVICE = inPath('service', 'Id of the service.');
const VERIFICATION = inPath('sid', 'Id of the verification, or the recipient.');

/** A route of a vendor. Its requests, answers and errors are as the vendor describes them. */
function vendor(name: string, what: string, docs: string, parameters: readonly Parameter[] = []): Operation {
  return {
    tags: ['vendors'],
    summary: `${what}, as the API of ${name}. See ${docs}`,
    parameters,
    responses: { '2XX': json('The answer of the vendor.'), '4XX': json('The error of the vendor.') },
  };
}

/** A route that takes a body. */
function takes(...given: Parameters<typeof vendor>): { readonly post: Operation } {
  return { post: { ...vendor(...given), requestBody: BODY } };
}

const POSTMARK = 'https://postmarkapp.com/developer/api/email-api';
const RESEND = 'https://resend.com/docs/api-reference/emails/send-email';
const MAILERSEND = 'https://developers.mailersend.com/api/v1/email.html';
const MAILGUN = 'https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages';
const SES = 'https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html';
const BREVO = 'https://developers.brevo.com/reference/sendtransacemail';
const BREVO_SMS = 'https://developers.brevo.com/reference/sendtransacsms';
const VONAGE = 'https://developer.vonage.com/en/api/sms';
const VERIFY = 'https://www.twilio.com/docs/verify/api';

/** The vendors' own paths. */
export const VENDOR_PATHS: Paths = {
  '/email': takes('Postmark', 'Sends a mail', POSTMARK),
  '/email/batch': takes('Postmark', 'Sends mails', POSTMARK),
  '/email/batchWithTemplates': takes('Postmark', 'Sends mails by templates', POSTMARK),
  '/email/withTemplate': takes('Postmark', 'Sends a mail by a template', POSTMARK),
  '/emails': takes('Resend', 'Sends a mail', RESEND),
  '/emails/batch': takes('Resend', 'Sends mails', RESEND),
  '/sms/json': takes('Vonage', 'Sends an SMS', VONAGE),
  '/v1/bulk-email': takes('MailerSend', 'Sends mails', MAILERSEND),
  '/v1/email': takes('MailerSend', 'Sends a mail', MAILERSEND),
  '/v1/messages': takes('Vonage', 'Sends a message', 'https://developer.vonage.com/en/api/messages'),
  '/v2/email/outbound-bulk-emails': takes('Amazon SES', 'Sends mails by a template', SES),
  '/v2/email/outbound-emails': takes('Amazon SES', 'Sends a mail', SES),
  '/v3/mail/send': takes('SendGrid', 'Sends mails', 'https://www.twilio.com/docs/sendgrid/api-reference/mail-send'),
  '/v3/smtp/email': takes('Brevo', 'Sends a mail', BREVO),
  '/v3/transactionalSMS/send': takes('Brevo', 'Sends an SMS', BREVO_SMS),
  '/v3/transactionalSMS/sms': takes('Brevo', 'Sends an SMS', BREVO_SMS),
  '/v3/{domain}/messages': takes('Mailgun', 'Sends a mail', MAILGUN, [DOMAIN]),
  '/v3/{domain}/messages.mime': takes('Mailgun', 'Sends a mail in MIME', MAILGUN, [DOMAIN]),
  '/v2/Services': takes('Twilio Verify', 'Creates a service', VERIFY),
  '/v2/Services/{service}': {
    ...takes('Twilio Verify', 'Changes a service', VERIFY, [SERVICE]),
    get: vendor('Twilio Verify', 'Returns a service', VERIFY, [SERVICE]),
  },
  '/v2/Services/{service}/Verifications': takes('Twilio Verify', 'Sends a code', VERIFY, [SERVICE]),
  '/v2/Services/{service}/Verifications/{sid}': {
    ...takes('Twilio Verify', 'Ends a verification', VERIFY, [SERVICE, VERIFICATION]),
    get: vendor('Twilio Verify', 'Returns a verification', VERIFY, [SERVICE, VERIFICATION]),
  },
  '/v2/Services/{service}/VerificationCheck': takes('Twilio Verify', 'Checks a code', VERIFY, [SERVICE]),
};
