import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import { codeOf } from '../kit/errors.ts'

const LISTENERS_MAX = 20

/**
 * Sends chunks as fast as the client takes them. The first one is made before the headers are sent, so that what goes
 * wrong until then becomes a problem response; an error after that cuts the connection, which is how a client notices that
 * the reply is not whole. When the client leaves, the generator is ended after the chunk that it is making.
 */
export async function sendStream(
  res: Response,
  reply: { status: number; headers: Record<string, string>; type: string; chunks: AsyncGenerator<string> },
): Promise<void> {
  const { status, headers, type, chunks } = reply
  const first = await chunks.next()
  // A pipeline adds some to those of the log, the metrics and the compression: more than the ten that Node.js expects.
  res.setMaxListeners(LISTENERS_MAX)
  // Set on the bare response, because Express would add a charset to types of its choice.
  res.status(status).set(headers).setHeader('content-type', type)
  try {
    if (first.done === true || res.req.method === 'HEAD') res.end()
    else await pipeline(Readable.from(withFirst(first.value, chunks), { objectMode: false }), res)
  } catch (error) {
    // The client left.
    if (codeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE' && codeOf(error) !== 'ECONNRESET') throw error
  } finally {
    // Whoever left before the pipeline was there has not ended it.
    await chunks.return(undefined)
  }
}

async function* withFirst(first: string, others: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first
  yield* others
}
