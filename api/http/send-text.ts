import type { Response } from 'express'

/**
 * Sends a whole body with its length. Otherwise the compression, which sees the body first, would send it in chunks.
 */
export function sendText(res: Response, type: string, content: string): void {
  res.set('content-type', type).setHeader('content-length', Buffer.byteLength(content))
  res.end(content)
}
