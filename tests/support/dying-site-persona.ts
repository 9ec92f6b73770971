import { openPersona, type Persona } from 'playwright-2fa/library';
import type { DyingSite } from './dying-site.ts';
import { test as folderTest } from './temp-folder.ts';

export { expect } from './temp-folder.ts';

/** Opens a persona of a site. @param url its `url`; null for none */
type OpenAlice = (site: DyingSite, url?: string | null) => Promise<Persona>;

export const test = folderTest.extend<{ openAlice: OpenAlice }>({
  openAlice: async ({ folder }, use) => {
    const opened: Persona[] = [];
    await use(async (site, url = `${site.url}/login`) => {
      const origins = [site.url];
      const alice = { email: 'alice@acme.test', password: 'Correct-Horse-4711', origins, ...(url ? { url } : {}) };
      const persona = await openPersona('alice', { folder, personas: { alice }, sinkUrl: 'http://127.0.0.1:1' });
      opened.push(persona);
      return persona;
    });
    await Promise.all(opened.map((persona) => persona.close()));
  },
});
