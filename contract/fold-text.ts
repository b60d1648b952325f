/** Letters that Unicode does not take apart, as they are typed without the letter. */
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
/** Accents. Marks of other scripts are vowels, and stay. */
const ACCENTS = /[\u0300-\u036f]/g

/**
 * A text as it is searched: in lower case and without accents, however it was composed (Unicode NFC, NFD, full width). The
 * database does the same in `fold_text` of migration 030; a test compares the two.
 */
export function foldText(text: string): string {
  const letters = text.normalize('NFKD').replaceAll(ACCENTS, '').toLowerCase().replaceAll(ACCENTS, '')
  return letters.replaceAll(OTHERS, (letter) => PLAIN[letter] ?? letter).normalize('NFC')
}
