/** Encrypts and decrypts texts with the user's key. */
export interface Sealing {
  seal(text: string): Promise<string>;
  /** Decrypts a text; returns `undefined` if the key does not fit. */
  open(sealed: string): Promise<string | undefined>;
}
