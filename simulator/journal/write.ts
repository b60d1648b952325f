import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { FleetwireError, messageOf } from '../../kit/errors.ts'
import type { Draft } from '../traffic/draft.ts'
import {
  JOURNAL_VERSION,
  sentLine,
  type AckedLine,
  type EndLine,
  type MovedLine,
  type ResentLine,
  type RunLine,
} from './line.ts'

export interface Journal {
  /** Notes a message that is about to be sent. It must not be sent before the next `flush`. */
  sent(id: number, at: number, from: { vehicle: string; device: string; qos: 0 | 1 | 2 }, draft: Draft): void
  /** Notes messages that are about to be sent again, and writes this immediately. */
  resent(ids: number[], at: number): void
  acked(id: number): void
  /** Notes the move of a device before anything is sent from its new vehicle. */
  moved(move: MovedLine): void
  /** Passes everything noted so far to the operating system. */
  flush(at: number): void
  close(at: number): void
}

/**
 * Appends a run to the journal `file`, which is created if absent. Each flush is one write, after which nothing stays
 * in memory. A killed simulator loses what it noted since the last flush, and leaves at worst a torn last line. The
 * file is not synced: a machine that loses power may lose lines.
 * Throws `journal_unusable`.
 */
export function openJournal(file: string, run: Omit<RunLine, 'run'>): Journal {
  const descriptor = open(file)
  let lines = JSON.stringify({ run: JOURNAL_VERSION, ...run } satisfies RunLine) + '\n'
  // The torn line of a killed run is ended, so that it spoils only itself.
  if (endsTorn(descriptor)) lines = `\n${lines}`
  let acked: number[] = []

  function write(at: number, last = ''): void {
    if (acked.length > 0) lines += `${JSON.stringify({ acked, at } satisfies AckedLine)}\n`
    lines += last
    if (lines !== '') appendFileSync(descriptor, lines)
    acked = []
    lines = ''
  }

  write(run.at)
  return {
    sent(id, at, from, draft) {
      lines += sentLine(id, at, from, draft)
    },
    resent(ids, at) {
      lines += `${JSON.stringify({ resent: ids } satisfies ResentLine)}\n`
      write(at)
    },
    acked(id) {
      acked.push(id)
    },
    moved(move) {
      lines += `${JSON.stringify(move)}\n`
    },
    flush: (at) => write(at),
    close(at) {
      write(at, `${JSON.stringify({ end: true, at } satisfies EndLine)}\n`)
      closeSync(descriptor)
    },
  }
}

function open(file: string): number {
  try {
    return openSync(file, 'a+', 0o600)
  } catch (error) {
    throw new FleetwireError('journal_unusable', `cannot write the journal: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

function endsTorn(descriptor: number): boolean {
  const { size } = fstatSync(descriptor)
  if (size === 0) return false
  const last = Buffer.alloc(1)
  readSync(descriptor, last, 0, 1, size - 1)
  return last[0] !== 0x0a
}
