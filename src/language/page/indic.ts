import type { PageWords } from './meaning.ts';

/** Bengali, Assamese, Gujarati, Marathi, Punjabi, Nepali, Sinhala, Odia, Urdu and Pashto. */
export const indic: Partial<PageWords> = {
};
