/** Argument that names a persona. */
export const PERSONA = {
  type: 'string',
  description: 'Name of the persona, as list_personas returns it. Default: the only one.',
  isOptional: true,
} as const;

/** Argument that names an element of the page. */
export const REF = {
  type: 'string',
  description: 'Reference of the field in the last page snapshot, such as e5.',
} as const;
