import type { Sink } from '../../src/sink/sink.ts';

/** Asks a sink over HTTP, as a person does with curl. */
export async function callSink(sink: Sink, path: string, init: RequestInit = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${sink.url}${path}`, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

export async function fetchHealth(sink: Sink): Promise<Record<string, unknown>> {
  return (await callSink(sink, '/api/health')).body;
}

/** The one SMS route that is not Twilio's. */
export function postSms(sink: Sink, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
  return callSink(sink, '/sms', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}
