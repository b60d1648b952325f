import express, { type Request, type Response } from 'express'
import { parseJson } from './json.ts'
import { refuse, type Refusal } from './refusal.ts'

/** Bytes of a request's body, after decompression. */
export const BODY_BYTES_MAX = 1024 * 1024

const JSON_TYPES = ['application/json', 'application/merge-patch+json']

/**
 * Reads a JSON body, or one of `mediaType` as text, of at most `bytesMax`; no JSON body at all counts as `{}`, so that
 * required fields are told by name.
 * @throws an error of body-parser with a `status`, for a body that is too large, cut short or badly compressed
 */
export async function readBody(
  req: Request,
  res: Response,
  mediaType?: 'text/csv',
  bytesMax = BODY_BYTES_MAX,
): Promise<{ value: unknown; text: string } | Refusal> {
  const type = req.headers['content-type']
  const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length']) > 0
  if (!hasBody) return { value: mediaType === undefined ? {} : '', text: '' }
  const expected = mediaType === undefined ? JSON_TYPES : [mediaType]
  if (req.is(expected) === false || !isUtf8(type)) {
    const detail = `the body must be ${expected[0]} in UTF-8, not ${type ?? 'untyped'}`
    return refuse('unsupported_media_type', detail)
  }

  const bytes = await readBytes(req, res, bytesMax)
  const text = decode(bytes)
  if (text === undefined) return refuse('invalid_request', 'the body is not UTF-8')
  if (mediaType !== undefined) return { value: text, text }
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

async function readBytes(req: Request, res: Response, limit: number): Promise<Buffer> {
  const read = express.raw({ type: () => true, limit })
  await new Promise<void>((resolve, reject) => {
    read(req, res, (error?: unknown) => {
      if (error === undefined) resolve()
      else reject(error instanceof Error ? error : new Error('the body could not be read', { cause: error }))
    })
  })
  return Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0)
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
