import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import { codeOf } from '../../kit/errors.ts'

const LISTENERS_MAX = 20
/**
 * Minimum rate of a client; a slower one is disconnected, because it occupies the place of another export. The time
 * allows for a pause, and for the buffers of proxies and the client.
 * @limit what a client of an export must read, bytes a second | the connection is closed
 */
const BYTES_PER_S_MIN = 8 * 1024
const PAUSE_MS_MAX = 30_000
/** A chunk is written in pieces, so that progress is soon visible. */
const PIECE_LENGTH = 64 * 1024

/**
 * Sends chunks as fast as the client reads them. The first chunk is produced before the headers are sent, so that an
 * error until then becomes a problem response. A later error cuts the connection, which shows the client that the reply
 * is incomplete. When the client disconnects, or reads too slowly, the generator ends after its current chunk.
 */
export async function sendStream(
  res: Response,
  reply: { status: number; headers: Record<string, string>; type: string; chunks: AsyncGenerator<string> },
  pauseMsMax = PAUSE_MS_MAX,
): Promise<void> {
  const { status, headers, type, chunks } = reply
  const first = await chunks.next()
  // A pipeline adds listeners to those of the log, the metrics and the compression: more than the ten that Node.js
  // expects.
  res.setMaxListeners(LISTENERS_MAX)
  // Set on the bare response, because Express would add a charset to some types.
  res.status(status).set(headers).setHeader('content-type', type)
  const takenInTime = (chunk: string) => {
    const timer = setTimeout(() => res.destroy(), pauseMsMax + (chunk.length / BYTES_PER_S_MIN) * 1000)
    return () => clearTimeout(timer)
  }
  try {
    if (first.done === true || res.req.method === 'HEAD') res.end()
    else
      await pipeline(Readable.from(withFirst(first.value, chunks, takenInTime), { objectMode: false }), res)
  } catch (error) {
    // The client disconnected.
    if (codeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE' && codeOf(error) !== 'ECONNRESET') throw error
  } finally {
    // A client that disconnected before the pipeline existed has not ended it.
    await chunks.return(undefined)
  }
}

async function* withFirst(
  first: string,
  others: AsyncGenerator<string>,
  begin: (chunk: string) => () => void,
): AsyncGenerator<string> {
  let chunk: string | undefined = first
  while (chunk !== undefined) {
    for (let at = 0; at < chunk.length; at += PIECE_LENGTH) {
      const piece = chunk.slice(at, at + PIECE_LENGTH)
      const taken = begin(piece)
      try {
        yield piece
      } finally {
        taken()
      }
    }
    const next: IteratorResult<string> = await others.next()
    chunk = next.done === true ? undefined : next.value
  }
}
