/** Remembers what a pure function made of the texts of late; when there are `most` of them, it begins anew. */
export function lately<T>(make: (text: string) => T, most: number): (text: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (text) => {
    let made = known.get(text);
    if (!made) {
      if (known.size >= most) known.clear();
      known.set(text, (made = { value: make(text) }));
    }
    return made.value;
  };
}
