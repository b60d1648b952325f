import { dictionary } from '@zxcvbn-ts/language-common'
import { refuseFaults, type Refusal } from '../http/refusal.ts'

/** 49,000 leaked passwords in lower case: 3 MB, read in 30 ms when the API starts. */
const COMMON: ReadonlySet<string> = new Set([...dictionary['passwords-common'], 'fleetwire'])
/** Maximum number of characters that people add around a word to satisfy a rule, as in `Summer2026!`. */
const DECORATION_LENGTH_MAX = 6
/** A shorter text is in many passwords by chance. */
const LOCAL_PART_LENGTH_MIN = 4
const REPEATED_LENGTH_MAX = 4
/** `p@ssw0rd`: 1 may stand for two letters. */
const LEET: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '0': 'o',
  '5': 's',
  $: 's',
  '7': 't',
  '!': 'i',
}

/**
 * The reason why a password of sufficient length is too easy to guess, as a predicate; `undefined` if it is not.
 * Guessing begins with common passwords, their simple variants and known data of the account (NIST SP 800-63B, section
 * 3.1.1.2).
 * @param email of the account
 */
export function passwordWeakness(password: string, email: string): string | undefined {
  const text = password.toLowerCase()
  const address = email.toLowerCase()
  const localPart = address.slice(0, Math.max(address.lastIndexOf('@'), 0))
  if (text.includes(address)) return 'contains the e-mail address; choose another'
  if (text === localPart || (localPart.length >= LOCAL_PART_LENGTH_MIN && text.includes(localPart)))
    return 'contains the e-mail address up to its @; choose another'
  if (isRow(text)) return 'is a sequence of neighbouring characters; choose another'
  const unit = text.slice(0, periodOf(text))
  if (unit.length < text.length && (unit.length <= REPEATED_LENGTH_MAX || isCommon(unit)))
    return 'repeats a few characters; choose another'
  return isCommon(text) ? 'is one of the most common passwords, or nearly so; choose another' : undefined
}

/** The refusal of a request whose `/password` is too easy to guess. */
export function refuseWeak(password: string, email: string): Refusal | undefined {
  const detail = passwordWeakness(password, email)
  return detail === undefined
    ? undefined
    : refuseFaults('invalid_request', [{ pointer: '/password', detail }])
}

function isCommon(text: string): boolean {
  return [text, bare(text)].some((part) =>
    [part, unleet(part, 'i'), unleet(part, 'l')].some((it) => COMMON.has(it) || COMMON.has(bare(it))),
  )
}

function unleet(text: string, one: string): string {
  return text.replaceAll(/[@4305$7!1]/g, (it) => LEET[it] ?? one)
}

/** Removes digits and punctuation at both ends, unless that is much of the text. */
function bare(text: string): string {
  const core = text.replaceAll(/^[\P{L}]+|[\P{L}]+$/gu, '')
  return text.length - core.length <= DECORATION_LENGTH_MAX ? core : text
}

/** Whether each character is next to its neighbour in the alphabet or among the digits: `abcdefghij`, `9876543210`. */
function isRow(text: string): boolean {
  const step = text.charCodeAt(1) - text.charCodeAt(0)
  if (Math.abs(step) !== 1) return false
  for (let at = 2; at < text.length; at++)
    if (text.charCodeAt(at) - text.charCodeAt(at - 1) !== step) return false
  return true
}

/**
 * The length of the shortest text that this one repeats, perhaps cut off at its end; its own length if it repeats none.
 */
function periodOf(text: string): number {
  for (let length = 1; length <= text.length / 2; length++)
    if (text.startsWith(text.slice(length))) return length
  return text.length
}
