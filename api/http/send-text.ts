import type { Response } from 'express'

/** Sends a whole body with its length: without, it would go in chunks, because the compression looks at it before. */
export function sendText(res: Response, type: string, content: string): void {
  res.set('content-type', type).setHeader('content-length', Buffer.byteLength(content))
  res.end(content)
}
