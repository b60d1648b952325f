import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { isKey } from '../../contract/topics.ts'
import { messageOf } from '../../kit/errors.ts'
import { parseDuration } from '../duration.ts'

/** Readers of command line values. Each throws commander's error with a sentence about the expected value. */

export function count(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be an integer from ${least} to ${most}.`)
  }
}

export function rate(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value <= 1_000_000) return value
  throw new InvalidArgumentError('It must be a number of messages a second, more than 0.')
}

export function share(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('It must be a share from 0 to 1.')
}

export function duration(text: string): number {
  const ms = parseDuration(text)
  if (ms !== undefined) return ms
  throw new InvalidArgumentError('It must be like 500ms, 30s, 5m or 2h.')
}

/** A duration that may be 0. */
export function wait(text: string): number {
  return /^0(ms|s|m|h)?$/.test(text) ? 0 : duration(text)
}

export function qos(text: string): 0 | 1 | 2 | 'mixed' {
  if (text === 'mixed') return text
  if (text === '0' || text === '1' || text === '2') return Number(text) as 0 | 1 | 2
  throw new InvalidArgumentError('It must be 0, 1, 2 or mixed.')
}

export function prefix(text: string): string {
  // A key has 64 characters at most: room for the dash and the number.
  if (isKey(text) && text.length <= 50) return text
  throw new InvalidArgumentError('It must be 1 to 50 characters of A-Z a-z 0-9 _ -.')
}

/** The text of a file with certificates. */
export function certificates(file: string): string {
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error))
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw new InvalidArgumentError('It must be a PEM file with certificates.')
}

export function url(...protocols: string[]): (text: string) => string {
  return (text) => {
    const protocol = /^([a-z]+):\/\/[^/]/.exec(text)?.[1] ?? ''
    if (URL.canParse(text) && protocols.includes(protocol)) return text
    throw new InvalidArgumentError(
      `It must be a URL that begins with ${protocols.map((it) => `${it}://`).join(' or ')}.`,
    )
  }
}
