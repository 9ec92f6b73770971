import { TimeWindow } from '../../src/keep/time-window.ts';
import { HOUR, NOON, expect, test } from '../support/keep-test.ts';

test.describe('with a window', () => {
  test.use({ options: { window: TimeWindow.parse('09:00-17:00')! } });

  test('nobody is asked outside of it, and the profile waits for a person', async ({ visit, site, events }) => {
    site.now = NOON - 4 * HOUR;
    const { status, refusal } = await visit();
    expect(site.take()).toEqual([]);
    expect(refusal).toBeUndefined();
    expect(status).toMatchObject({ alive: false, cause: 'person' });
    site.now = NOON - 3 * HOUR;
    expect(await visit()).toMatchObject({ renewal: 'sign-in', status: { alive: true } });
    expect(events.map(({ type }) => type)).toEqual(['session.lost', 'session.renewed']);
  });

  test('a session that would expire in the night is renewed in the evening before', async ({ visit, next, site }) => {
    site.life = 20 * HOUR;
    site.now = NOON - 2 * HOUR; // it ends at 6 h
    await visit();
    site.take();
    let visited = await next();
    while (!visited.renewal && site.now < NOON + 20 * HOUR) visited = await next();
    const time = new Date(site.now);
    expect([time.getDate(), time.getHours(), visited.renewal]).toEqual([15, 16, 'sign-in']);
  });

  test('a session that cannot last until the morning is not renewed in the evening', async ({ visit, next, site }) => {
    site.now = NOON + 4.7 * HOUR; // it ends at 17:12
    await visit();
    site.take();
    while (site.now < NOON + 5 * HOUR) await next();
    expect(site.take()).not.toContain('sign-in');
  });

  test('a refresh asks nobody, so it runs at night, too', async ({ visit, site }) => {
    site.life = 10 * HOUR;
    await visit();
    site.now = NOON + 9.95 * HOUR;
    site.refresh = async () => site.give();
    expect(await visit()).toMatchObject({ renewal: 'refresh' });
  });
});
