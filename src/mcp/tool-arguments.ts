import { inspect } from 'node:util';
import { suggest } from '../core/suggest.ts';
import type { ArgumentSchema, ToolSchema } from './agent-tool.ts';

/** Maximum length of a text argument, in characters. */
const MAX_TEXT = 4000;

type Declared = Readonly<Record<string, ArgumentSchema & { readonly isOptional?: true }>>;

type ValueOf<S extends ArgumentSchema> = S extends { readonly enum: readonly (infer E)[] }
  ? E
  : S extends { readonly type: 'string' }
    ? string
    : S extends { readonly type: 'number' }
      ? number
      : S extends { readonly type: 'boolean' }
        ? boolean
        : Readonly<Record<string, string>>;

/** Arguments of a tool, checked. */
export type ArgumentsOf<D extends Declared> = {
  readonly [K in keyof D as D[K] extends { readonly isOptional: true } ? never : K]: ValueOf<D[K]>;
} & { readonly [K in keyof D as D[K] extends { readonly isOptional: true } ? K : never]?: ValueOf<D[K]> };

/** Declared arguments of a tool. */
export type { Declared as DeclaredArguments };

/** Returns the JSON Schema of declared arguments. */
export function schemaOf(declared: Declared): ToolSchema {
  const entries = Object.entries(declared);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, schema]) => [name, plain(schema)])),
    required: entries.filter(([, { isOptional }]) => !isOptional).map(([name]) => name),
    additionalProperties: false,
  };
}

/** `isOptional` is not a keyword of JSON Schema. */
function plain(schema: Declared[string]): ArgumentSchema {
  return Object.fromEntries(
    Object.entries(schema).filter(([key]) => key !== 'isOptional'),
  ) as unknown as ArgumentSchema;
}

/** Returns every problem of arguments that a model gave. A problem never repeats a value. */
export function argumentProblems(declared: Declared, given: unknown): string[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return [`the arguments must be an object, but are ${given === null ? 'null' : typeof given}`];
  const names = Object.keys(declared);
  const values = given as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(values)
    .filter((name) => !names.includes(name))
    .map((name) => `there is no argument ${inspect(name.slice(0, 100))}. ${suggest(name, names)}`);
  const wrong = Object.entries(declared).flatMap(([name, schema]) => problemOf(name, schema, values[name]));
  return [...unknown, ...wrong];
}

function problemOf(name: string, schema: Declared[string], value: unknown): string[] {
  if (value === undefined) return schema.isOptional ? [] : [`\`${name}\` is missing: ${schema.description}`];
  if (typeof value !== schema.type || value === null || Array.isArray(value))
    return [`\`${name}\` must be of type ${schema.type}`];
  if (typeof value === 'string' && value.length > MAX_TEXT)
    return [`\`${name}\` is longer than ${MAX_TEXT} characters`];
  if (schema.enum && !schema.enum.includes(value as string))
    return [`\`${name}\` must be one of ${schema.enum.join(', ')}`];
  if (typeof value === 'object' && Object.values(value).some((one) => typeof one !== 'string' || one.length > MAX_TEXT))
    return [`the values of \`${name}\` must be texts of at most ${MAX_TEXT} characters`];
  return [];
}
