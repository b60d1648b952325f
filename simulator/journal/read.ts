import { closeSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { FleetwireError, messageOf } from '../../kit/errors.ts'
import { JOURNAL_VERSION, type Line, type MovedLine, type SentLine } from './line.ts'

/** The place of a message's line, and its further history. */
export interface MessageRef {
  offset: number
  bytes: number
  device: string
  acked: boolean
  /** how often it was sent: the broker may have received it as often */
  sends: number
  /** whether a part of it must become a dead letter */
  hasRefusals: boolean
}

export interface JournalIndex {
  /** by the vehicle of their topic, in the order of sending */
  messages: Map<string, MessageRef[]>
  /** in the order in which they happened */
  moves: MovedLine[]
  /** from the beginning of the first run to the last noted event, epoch milliseconds */
  fromMs: number
  toMs: number
  /** lines that a killed run left unfinished */
  torn: number
}

/**
 * Reads the journal once, and remembers the places of all lines: some 100 bytes a message. The readings stay in the file.
 * Throws `journal_unusable`, also for a line in the middle of a run that is not JSON.
 */
export async function indexJournal(file: string): Promise<JournalIndex> {
  const index: JournalIndex = { messages: new Map(), moves: [], fromMs: Infinity, toMs: 0, torn: 0 }
  let run = new Map<number, MessageRef>()
  // One text for a device, however many messages it sent.
  const devices = new Map<string, string>()
  let number = 0
  let tornAt = 0

  for await (const { text, offset, bytes } of linesOf(file)) {
    number++
    const line = parse(text)
    if (line === undefined) {
      if (tornAt > 0) throw damaged(file, tornAt)
      tornAt = number
      index.torn++
      continue
    }
    // Only the last line of a run can be torn.
    if (tornAt > 0 && !('run' in line)) throw damaged(file, tornAt)
    tornAt = 0
    if ('run' in line) {
      if (line.run !== JOURNAL_VERSION) throw damaged(file, number)
      run = new Map()
    } else if (number === 1) throw damaged(file, number)
    if ('sent' in line) {
      const device = devices.get(line.device) ?? line.device
      devices.set(device, device)
      const hasRefusals = line.rejected.length > 0
      addMessage(index, run, line, { offset, bytes, device, acked: false, sends: 1, hasRefusals })
    } else if ('moved' in line) index.moves.push(line)
    else if ('acked' in line) for (const id of line.acked) mark(run, id, (it) => (it.acked = true))
    else if ('resent' in line) for (const id of line.resent) mark(run, id, (it) => it.sends++)
    if ('at' in line) {
      index.fromMs = Math.min(index.fromMs, line.at)
      index.toMs = Math.max(index.toMs, line.at)
    }
  }
  if (number === 0) throw new FleetwireError('journal_unusable', `${file} is empty`)
  return index
}

function addMessage(
  index: JournalIndex,
  run: Map<number, MessageRef>,
  line: SentLine,
  message: MessageRef,
): void {
  run.set(line.sent, message)
  const messages = index.messages.get(line.vehicle)
  if (messages) messages.push(message)
  else index.messages.set(line.vehicle, [message])
}

function mark(run: Map<number, MessageRef>, id: number, change: (message: MessageRef) => unknown): void {
  const message = run.get(id)
  if (message) change(message)
}

/** Reads messages of an indexed journal; `close` closes the file. */
export function openMessages(file: string): { read(message: MessageRef): SentLine; close(): void } {
  const descriptor = openSync(file, 'r')
  return {
    read({ offset, bytes }) {
      const buffer = Buffer.allocUnsafe(bytes)
      readSync(descriptor, buffer, 0, bytes, offset)
      return JSON.parse(buffer.toString('utf8')) as SentLine
    },
    close: () => closeSync(descriptor),
  }
}

function parse(text: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(text)
    return typeof line === 'object' && line !== null ? (line as Line) : undefined
  } catch {
    return undefined
  }
}

function damaged(file: string, line: number): FleetwireError {
  return new FleetwireError(
    'journal_unusable',
    `${file}: line ${line} is not a line of a simulator's journal`,
  )
}

/** The lines of the file with their places in bytes, which `readline` does not report. */
async function* linesOf(file: string): AsyncGenerator<{ text: string; offset: number; bytes: number }> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new FleetwireError('journal_unusable', `cannot read the journal: ${messageOf(error)}`, {
      cause: error,
    })
  })
  let rest: Buffer = Buffer.alloc(0)
  let offset = 0
  for await (const chunk of handle.createReadStream({ highWaterMark: 1 << 20 })) {
    const buffer = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer)
    let start = 0
    for (let end = buffer.indexOf(0x0a); end >= 0; end = buffer.indexOf(0x0a, start)) {
      yield { text: buffer.toString('utf8', start, end), offset: offset + start, bytes: end - start }
      start = end + 1
    }
    rest = buffer.subarray(start)
    offset += start
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), offset, bytes: rest.length }
}
