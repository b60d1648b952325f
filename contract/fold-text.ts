/** Letters that Unicode does not decompose, with the letters that people type instead. */
const PLAIN: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  þ: 'th',
  ς: 'σ',
}
const OTHERS = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g')
/** Accents. Marks of other scripts are vowels, and are kept. */
const ACCENTS = /[\u0300-\u036f]/g

/**
 * The form of a text for searches: in lower case and without accents, however it was composed (Unicode NFC, NFD, full
 * width). The database's `fold_text` of migration 030 does the same; a test compares the two.
 */
export function foldText(text: string): string {
  const letters = text.normalize('NFKD').replaceAll(ACCENTS, '').toLowerCase().replaceAll(ACCENTS, '')
  return letters.replaceAll(OTHERS, (letter) => PLAIN[letter] ?? letter).normalize('NFC')
}
