/**
 * The words of some languages for each meaning, as comma-separated lists. Case, accents and width do not count:
 * `codigo` is also `Código`. A `*` at the end or the beginning of a word stands for more letters: `kod*` matches
 * `kodunuz`, `*code` matches `Sicherheitscode`; both also match the word alone. An entry of several words matches these
 * words in a row. Words in scripts without spaces are found inside other words.
 */
export type WordTable<Meaning extends string> = Readonly<Record<Meaning, string>>;
