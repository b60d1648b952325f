import express, { type Request, type Response } from 'express'
import { BEGINNING_BYTES_MAX } from '../../contract/intake.ts'
import { parseJson } from './json.ts'
import { refuse, type Refusal } from './refusal.ts'

/**
 * Bytes of a request's body, after decompression.
 * @limit the body of a request | 413
 */
export const BODY_BYTES_MAX = 1024 * 1024

/** Called with the beginning of a body that is too large, and the body's size in bytes, before the refusal. */
type OnTooLarge = (beginning: Buffer, bytes: number) => Promise<unknown>

const JSON_TYPES = ['application/json', 'application/merge-patch+json']

/**
 * Reads a JSON body, or one of `mediaTypes` as text, of at most `bytesMax`. A missing JSON body counts as `{}`, so that
 * missing fields are reported by name.
 * @throws an error of body-parser with a `status`, for a body that is too large, truncated or badly compressed
 */
export async function readBody(
  req: Request,
  res: Response,
  mediaTypes?: readonly string[],
  bytesMax = BODY_BYTES_MAX,
  onTooLarge?: OnTooLarge,
): Promise<{ value: unknown; text: string } | Refusal> {
  const type = req.headers['content-type']
  const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length']) > 0
  if (!hasBody) return { value: mediaTypes === undefined ? {} : '', text: '' }
  const expected = mediaTypes ?? JSON_TYPES
  if (req.is([...expected]) === false || !isUtf8(type)) {
    const types = (mediaTypes ?? JSON_TYPES.slice(0, 1)).join(' or ')
    const detail = `the body must be ${types} in UTF-8, not ${type ?? 'without a type'}`
    return refuse('unsupported_media_type', detail)
  }

  const bytes = await readBytes(req, res, bytesMax, onTooLarge)
  const text = decode(bytes)
  if (text === undefined) return refuse('invalid_request', 'the body is not UTF-8')
  if (mediaTypes !== undefined) return { value: text, text }
  if (text === '') return { value: {}, text }
  const parsed = parseJson(text)
  return 'value' in parsed
    ? { ...parsed, text }
    : refuse('invalid_request', `the body is not JSON: ${parsed.detail}`)
}

/** RFC 8259, section 8.1: JSON between systems is UTF-8. */
function isUtf8(type = ''): boolean {
  const charset = /;\s*charset="?([^";\s]*)/i.exec(type)?.[1]
  return charset === undefined || /^utf-?8$/i.test(charset)
}

async function readBytes(
  req: Request,
  res: Response,
  limit: number,
  onTooLarge?: OnTooLarge,
): Promise<Buffer> {
  const seen = onTooLarge && watchBeginning(req)
  try {
    await readAll(req, res, limit)
  } catch (error) {
    if (seen && isTooLarge(error)) await onTooLarge(seen.beginning, seen.bytes)
    throw error
  }
  return Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0)
}

/** The first bytes of a body and its size; `undefined` for a compressed body. */
function watchBeginning(req: Request): { beginning: Buffer; bytes: number } | undefined {
  if ((req.headers['content-encoding'] ?? 'identity') !== 'identity') return undefined
  const seen = { beginning: Buffer.alloc(0), bytes: 0 }
  const declared = Number(req.headers['content-length'] ?? 0)
  let read = 0
  req.on('data', (chunk: Buffer) => {
    read += chunk.length
    seen.bytes = Math.max(read, declared)
    if (seen.beginning.length === BEGINNING_BYTES_MAX) return
    const missing = BEGINNING_BYTES_MAX - seen.beginning.length
    seen.beginning = Buffer.concat([seen.beginning, chunk.subarray(0, missing)])
  })
  return seen
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'entity.too.large'
}

async function readAll(req: Request, res: Response, limit: number): Promise<void> {
  const read = express.raw({ type: () => true, limit })
  await new Promise<void>((resolve, reject) => {
    read(req, res, (error?: unknown) => {
      if (error === undefined) resolve()
      else reject(error instanceof Error ? error : new Error('the body could not be read', { cause: error }))
    })
  })
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
