import type { Hono } from 'hono';

/** Adds the route of the OpenAPI description of all routes. */
export function addOpenApiRoute(app: Hono): void {
  app.get('/api/openapi.json', async (context) => {
    const { DESCRIPTION } = await import('./description.ts');
    return context.json(DESCRIPTION);
  });
}
