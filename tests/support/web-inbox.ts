import type { Sink } from '../../src/sink/sink.ts';
import { sink as sinkSource } from '../../src/sources/sink.ts';
import { ALICE, ALICE_NUMBER, BOB, postSms, sendMail } from './sink-clients.ts';

/** The test that Alice's messages belong to. */
export const OWNER = {
  persona: 'alice',
  title: 'sign-in › asks for a code by mail',
  file: 'e2e/sign-in.spec.ts',
  line: 12,
  worker: 1,
  retry: 0,
};

const HTML = `<body style="margin:0;background:#f4f4f7"><table width="100%" cellpadding="0"><tr><td align="center" style="padding:32px">
<table width="480" cellpadding="0" style="background:#fff;border-radius:12px;font-family:Arial,sans-serif;color:#333"><tr><td style="padding:32px">
<img src="cid:logo" width="48" height="48" alt="Acme"><h1 style="font-size:22px">Confirm it is you</h1>
<p>Your sign-in code is <strong style="font-size:28px;letter-spacing:4px">482913</strong>. It is valid for ten minutes.</p>
<p><a href="https://acme.example/confirm?token=4f1cbb2a90d34e7b8d6a" style="background:#4f46e5;color:#fff;padding:12px 20px;border-radius:8px;text-decoration:none">Confirm the sign-in</a></p>
<p style="color:#888;font-size:13px">Acme Inc., 1 Example Street. <a href="https://acme.example/unsubscribe">Unsubscribe</a></p>
</td></tr></table></td></tr></table></body>`;

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48"><rect width="48" height="48" rx="12" fill="#4f46e5"/><path d="M12 36 24 12l12 24z" fill="#fff"/></svg>`;

/** Sends Alice a mail as applications send it: HTML with a code, a link and a picture. */
export async function sendDesignedMail(sink: Sink): Promise<void> {
  await sendMail(sink, {
    subject: 'Your sign-in code for Acme',
    text: 'Your sign-in code is 482913. It is valid for ten minutes.\n\nConfirm the sign-in: https://acme.example/confirm?token=4f1cbb2a90d34e7b8d6a',
    html: HTML,
    attachments: [
      { filename: 'logo.svg', cid: 'logo', contentType: 'image/svg+xml', content: LOGO },
      { filename: 'terms.pdf', contentType: 'application/pdf', content: '%PDF-1.4 terms' },
    ],
  });
}

/** Fills a sink with what a run of tests leaves there. */
export async function fillSink(sink: Sink): Promise<void> {
  const source = sinkSource({ url: sink.url });
  const [mail, sms] = await Promise.all([source.watch('email', ALICE), source.watch('sms', ALICE_NUMBER)]);
  for (const watch of [mail, sms]) watch.belongsTo?.(OWNER);
  await source.createAddress?.('sms', 'in order'); // the sink answers in order, so it knows the owners now
  await sendMail(sink, {
    to: 'carol@persona.test',
    subject: 'Welcome to Acme',
    text: 'We are glad that you are here.',
  });
  await sendMail(sink, {
    to: BOB,
    from: 'Globex <no-reply@globex.example>',
    subject: 'Reset your password',
    text: 'Somebody asked for a new password.\n\nReset your password: https://globex.example/reset?token=9f8e7d6c5b4a39281706',
  });
  await postSms(sink, { body: 'Acme: 730164 is your verification code. Do not share it.' });
  await sendDesignedMail(sink);
  await mail.more(0, AbortSignal.timeout(5000));
  const [arrival] = mail.arrivals;
  if (arrival) await mail.claimed?.(arrival.envelope.id, OWNER);
  sink.store.refused('SMTP 550 5.1.1 The address "alice@" is not valid.');
  sink.store.refused('SMS 400 POST /sms needs "body". Seen: to, from. Send {"to", "from", "body"} as JSON or form.');
  await source.handoff?.({
    asks: 'code',
    persona: 'dave',
    requestedBy: '"reads the invoices" in worker 0',
    title: '6-digit code by SMS to •• 42',
    label: 'Enter the code we sent to your phone',
    destination: '•• 42',
    origin: 'https://portal.example',
    expiresAt: Date.now() + 300_000,
  });
  await source.close();
}
