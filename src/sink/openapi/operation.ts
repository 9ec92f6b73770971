/** JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly required?: true;
  readonly description: string;
  readonly schema: Schema;
}

/** A request that a route takes. */
export interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
  readonly security?: readonly object[];
}

type Method = 'get' | 'post' | 'put' | 'delete';
/** Operations by path and method. */
export type Paths = Readonly<Record<string, Readonly<Partial<Record<Method, Operation>>>>>;

/** Schemas of JSON values. */
export const TEXT: Schema = { type: 'string' };
export const COUNT: Schema = { type: 'integer', minimum: 0 };
export const LIST: Schema = { type: 'array', items: TEXT };
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
export const objectOf = (properties: Schema): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

export function json(description: string, schema: Schema = { type: 'object' }): object {
  return { description, content: { 'application/json': { schema } } };
}

export const problem = (description: string): object => json(description, ref('Problem'));
export const query = (name: string, description: string, schema: Schema = TEXT): Parameter => ({
  ...{ name, in: 'query', description, schema },
});
export const inPath = (name: string, description: string, schema: Schema = TEXT): Parameter => ({
  ...{ name, in: 'path', required: true, description, schema },
});
export const needed = (parameter: Parameter): Parameter => ({ ...parameter, required: true });

/** Body in JSON or as a form. */
export const BODY: object = {
  required: true,
  content: {
    'application/json': { schema: { type: 'object' } },
    'application/x-www-form-urlencoded': { schema: { type: 'object' } },
  },
};
