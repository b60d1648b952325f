import { foldText } from '../../contract/fold-text.ts'

/** The folded words of what was typed. */
export function wordsOf(text: string): string[] {
  return foldText(text)
    .split(/\s+/)
    .filter((it) => it !== '')
}

/** Whether a folded text has all of the words. */
export function isFound(folded: string, words: readonly string[]): boolean {
  return words.every((word) => folded.includes(word))
}
