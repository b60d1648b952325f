/** Without case and accents, so that "goteborg" finds "Göteborg". */
export function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

/** The folded words of what was typed. */
export function wordsOf(text: string): string[] {
  return fold(text)
    .split(/\s+/)
    .filter((it) => it !== '')
}

/** Whether a folded text has all of the words. */
export function isFound(folded: string, words: readonly string[]): boolean {
  return words.every((word) => folded.includes(word))
}
