import { execFileSync, spawnSync } from 'node:child_process';
import { Handoffs } from '../../src/sink/handoffs.ts';
import { createHttpApp } from '../../src/sink/http.ts';
import { MessageStore } from '../../src/sink/store.ts';
import { api, expect, test } from '../support/sink-test.ts';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: object;
}

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: object };
}

/** Routes that are answered before the HTTP app, or by the web inbox, which loads with its first request. */
const OUTSIDE = [
  ...['get /api/health', 'get /api/stream'],
  ...['get /inbox/codes', 'get /inbox/events', 'get /inbox/file/{id}/{index}', 'get /inbox/page/{id}'],
];

/** Routes of the app, as `get /api/messages/{id}`. Middleware has paths with a star. */
function routesOfApp(): string[] {
  const { routes } = createHttpApp(new MessageStore(), new Handoffs());
  const own = routes.filter(({ path, method }) => !path.includes('*') && method !== 'ALL');
  return own.map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}')}`);
}

test('the OpenAPI description has every route of the sink, and no other', async ({ sink }) => {
  const { body } = await api(sink, '/api/openapi.json');
  const described = Object.entries((body as Description).paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  );
  expect(described.toSorted()).toEqual([...new Set([...routesOfApp(), ...OUTSIDE])].toSorted());
});

test('each parameter of a path is described, and each reference leads somewhere', async ({ sink }) => {
  const description = (await api(sink, '/api/openapi.json')).body as Description;
  for (const [path, operations] of Object.entries(description.paths)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters = [], responses } of Object.values(operations)) {
      expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(named);
      expect(Object.keys(responses).length).toBeGreaterThan(0);
    }
  }
  for (const [, name = ''] of JSON.stringify(description).matchAll(/#\/components\/schemas\/(\w+)/g))
    expect(description.components.schemas).toHaveProperty(name);
});

test('the description is valid OpenAPI 3.1', async ({ sink }) => {
  const hasValidator = spawnSync('python3', ['-c', 'import openapi_spec_validator']).status === 0;
  test.skip(!hasValidator, 'The Python package openapi-spec-validator is not installed.');
  const { body } = await api(sink, '/api/openapi.json');
  expect((body as Description).openapi).toBe('3.1.0');
  const program = 'import json, sys, openapi_spec_validator as v; v.validate(json.load(sys.stdin)); print("valid")';
  expect(execFileSync('python3', ['-c', program], { input: JSON.stringify(body), encoding: 'utf8' })).toBe('valid\n');
});
