import { SendBulkEmailCommand } from '@aws-sdk/client-sesv2';
import { Resend } from 'resend';
import { FROM, postmarkAt, sesV2 } from '../support/gateway-clients.ts';
import { ALICE, START, expect, test } from '../support/sink-test.ts';

const HTML = '<b>482913</b>';

test.describe('a batch', () => {
  const mail = { from: FROM, to: ALICE, subject: 'Sign in', text: HTML };
  const bad = { ...mail, to: 'alice' };

  test('of Resend is stored whole or not at all', async ({ sink }) => {
    const client = new Resend('re_any', { baseUrl: sink.url });
    expect((await client.batch.send([mail, bad])).error).toMatchObject({ statusCode: 422 });
    expect(sink.store.size.messages).toBe(0);
    const { data } = await client.batch.send([mail, mail]);
    expect(data?.data).toEqual([{ id: expect.any(String) }, { id: expect.any(String) }]);
    expect(sink.store.size.messages).toBe(2);
  });

  test('of Resend, on request without the mails that are refused', async ({ sink }) => {
    const client = new Resend('re_any', { baseUrl: sink.url });
    const { data } = await client.batch.send([bad, mail], { batchValidation: 'permissive' });
    expect(data).toEqual({
      data: [{ id: expect.any(String) }],
      errors: [{ index: 0, message: expect.stringContaining('`to`') }],
    });
    expect([sink.store.size.messages, sink.store.refusalsSince(START).length]).toEqual([1, 1]);
  });

  test('of SES has an outcome for each entry, and is refused whole for what the entries share', async ({ sink }) => {
    const bulk = (from: string, TemplateData = '{}'): SendBulkEmailCommand =>
      new SendBulkEmailCommand({
        FromEmailAddress: from,
        DefaultContent: { Template: { TemplateName: 'welcome', TemplateData } },
        BulkEmailEntries: ['alice', ALICE].map((to) => ({ Destination: { ToAddresses: [to] } })),
      });
    const { BulkEmailEntryResults: results } = await sesV2(sink.url).send(bulk(FROM));
    expect(results).toEqual([
      { Status: 'INVALID_PARAMETER', Error: 'Illegal address' },
      { Status: 'SUCCESS', MessageId: expect.any(String) },
    ]);
    expect([sink.store.size.messages, sink.store.refusalsSince(START).length]).toEqual([1, 1]);
    for (const wrong of [bulk(''), bulk(FROM, '{')])
      await expect(sesV2(sink.url).send(wrong)).rejects.toMatchObject({ name: 'BadRequestException' });
    expect(sink.store.size.messages).toBe(1);
  });

  test('of Postmark has an outcome for each mail', async ({ sink }) => {
    const postmark = { From: FROM, To: ALICE, Subject: 'x', TextBody: 'x' };
    expect(await postmarkAt(sink.url).sendEmailBatch([postmark, { ...postmark, To: '' }])).toEqual([
      expect.objectContaining({ ErrorCode: 0, Message: 'OK', To: ALICE, MessageID: expect.any(String) }),
      { ErrorCode: 300, Message: 'Zero recipients specified' },
    ]);
    expect([sink.store.size.messages, sink.store.refusalsSince(START).length]).toEqual([1, 1]);
  });
});
