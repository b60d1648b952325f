const BYTES = 15

/** A password of 120 random bits, as 20 letters, digits, - and _. */
export function makePassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
}
