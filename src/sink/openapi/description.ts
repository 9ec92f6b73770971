import { FORWARD_PATHS } from './forward-paths.ts';
import { PAGE_PATHS } from './page-paths.ts';
import { PATHS } from './paths.ts';
import { SCHEMAS } from './schemas.ts';
import { VENDOR_PATHS } from './vendor-paths.ts';

/** OpenAPI description of the HTTP API. @see https://spec.openapis.org/oas/v3.1.1 */
export const DESCRIPTION: object = {
  openapi: '3.1.0',
  info: {
    title: 'playwright-2fa sink',
    version: '1',
    summary: 'Receives the mail and SMS of a test suite, and waits for codes and links.',
    description: 'A sink with a token takes it as a bearer token, or as the password of Basic authentication.',
  },
  security: [{}, { bearer: [] }, { basic: [] }],
  paths: { ...PATHS, ...PAGE_PATHS, ...FORWARD_PATHS, ...VENDOR_PATHS },
  components: {
    schemas: SCHEMAS,
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, basic: { type: 'http', scheme: 'basic' } },
  },
};
