import { createHash } from 'node:crypto';

/** A plausible person. */
export interface Person {
  readonly givenName: string;
  readonly familyName: string;
  /** `YYYY-MM-DD`. */
  readonly birthDate: string;
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  /** Name of a state, such as `Ohio`. */
  readonly region: string;
  readonly organization: string;
  readonly website: string;
  readonly gender: 'female' | 'male';
}

/** The person is an adult, and younger than a pensioner, on any day of this century's twenties. */
const BORN = { from: '1970-01-01', to: '1999-12-31' };

/**
 * Generates a plausible person of the United States. The same seed returns the same person.
 *
 * @param seed a text, such as the title of a test with the number of its retry
 */
export async function generatePerson(seed: string): Promise<Person> {
  const { faker } = await import('@faker-js/faker/locale/en');
  // Nothing runs between the seed and the last value, so that the generator may be shared.
  faker.seed(createHash('sha256').update(seed).digest().readUInt32BE());
  const gender = faker.helpers.arrayElement(['female', 'male'] as const);
  // Some sites refuse names with other characters than letters.
  const name = (make: () => string): string => make().replaceAll(/[^A-Za-z]/g, '');
  const givenName = name(() => faker.person.firstName(gender));
  const familyName = name(() => faker.person.lastName(gender));
  return {
    ...{ givenName, familyName, gender },
    birthDate: faker.date.between(BORN).toISOString().slice(0, 10),
    street: `${faker.number.int({ min: 1, max: 999 })} ${faker.location.street()}`.replaceAll(/[^A-Za-z\d ]/g, ''),
    city: faker.location.city().replaceAll(/[^A-Za-z ]/g, ''),
    postalCode: faker.location.zipCode('#####'),
    region: faker.location.state(),
    organization: `${familyName} ${faker.helpers.arrayElement(['Group', 'Studio', 'Partners', 'Works'])}`,
    website: `https://${familyName.toLowerCase()}.example.com`,
  };
}
