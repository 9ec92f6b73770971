/** Variable with the token that HTTP clients of the sink must send. */
export const TOKEN_VARIABLE = 'PLAYWRIGHT_2FA_SINK_TOKEN';

/** Variable with the signing secret of each sender of SMS. */
export const INBOUND_VARIABLES = {
  twilio: 'TWILIO_AUTH_TOKEN',
  vonage: 'VONAGE_SIGNATURE_SECRET',
  sms: 'PLAYWRIGHT_2FA_WEBHOOK_SECRET',
  'android-sms-gateway': 'ANDROID_SMS_GATEWAY_KEY',
  httpsms: 'HTTPSMS_SIGNING_KEY',
} as const;

/** Variable with the secret of each service that passes on mail. */
export const INBOUND_MAIL_VARIABLES = {
  mail: 'PLAYWRIGHT_2FA_MAIL_WEBHOOK_SECRET',
  mailgun: 'MAILGUN_WEBHOOK_SIGNING_KEY',
  postmark: 'POSTMARK_WEBHOOK_PASSWORD',
  sendgrid: 'SENDGRID_WEBHOOK_PUBLIC_KEY',
  ses: 'PLAYWRIGHT_2FA_SNS_TOPIC',
} as const;

/** Variable with the URL of the mail server that copies are forwarded through. */
export const FORWARD_VARIABLE = 'PLAYWRIGHT_2FA_FORWARD_TO';

/** Variable with the rules of forwarding, separated by spaces. */
export const FORWARD_RULES_VARIABLE = 'PLAYWRIGHT_2FA_FORWARD';

/** Variable with the folder in which messages are kept. */
export const DATA_VARIABLE = 'PLAYWRIGHT_2FA_DATA';

/** Variable with the time for which messages are kept. */
export const RETENTION_VARIABLE = 'PLAYWRIGHT_2FA_RETENTION';

/** All variables that the sink reads. */
export const SINK_VARIABLES: readonly string[] = [
  TOKEN_VARIABLE,
  FORWARD_VARIABLE,
  FORWARD_RULES_VARIABLE,
  DATA_VARIABLE,
  RETENTION_VARIABLE,
  ...Object.values(INBOUND_VARIABLES),
  ...Object.values(INBOUND_MAIL_VARIABLES),
];
