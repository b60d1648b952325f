const BYTES = 15

/** 120 bits at random, as 20 letters, digits, - and _. */
export function makePassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
}
