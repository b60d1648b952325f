import type { ChunkKey, SpooledMessage } from './chunk.ts'
import type { Spool } from './spool.ts'

/** Messages of one chunk. */
export interface Slice {
  key: ChunkKey
  /** how many messages of the chunk are before these */
  from: number
  messages: SpooledMessage[]
}

interface Limits {
  messagesMax: number
  /** of payloads; the chunk that exceeds it is the last */
  bytesMax: number
  /** chunks that are passed over, by sequence number */
  except: ReadonlySet<number>
  /** how many messages of a chunk are passed over, by sequence number */
  begun: ReadonlyMap<number, number>
}

/** The oldest messages in the spool, chunk by chunk. Throws `bad_spool`. */
export function readPart(spool: Spool, { messagesMax, bytesMax, except, begun }: Limits): Slice[] {
  const slices: Slice[] = []
  let messages = 0
  let bytes = 0
  let behind: ChunkKey | undefined
  while (messages < messagesMax && bytes < bytesMax) {
    const chunk = spool.next(behind, except)
    if (chunk === undefined) break
    behind = chunk.key
    const from = begun.get(chunk.key[0]) ?? 0
    const slice = {
      key: chunk.key,
      from,
      messages: chunk.messages.slice(from, from + messagesMax - messages),
    }
    slices.push(slice)
    messages += slice.messages.length
    bytes += slice.messages.reduce((sum, { payload }) => sum + payload.length, 0)
  }
  return slices
}
