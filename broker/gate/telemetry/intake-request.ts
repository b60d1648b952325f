import type { IncomingMessage } from 'node:http'
import { INTAKE_BYTES_HEADER } from '../../../contract/intake.ts'
import { PAYLOAD_BYTES_MAX } from '../../../contract/telemetry.ts'

/** The bearer token of a request; empty if it has none. */
export function tokenOf({ headers }: IncomingMessage): string {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? ''
}

/** The device that a token names; the token is not verified yet. */
export function subjectOf(token: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    const { sub } = claims as { sub?: unknown }
    return typeof sub === 'string' ? sub : ''
  } catch {
    return ''
  }
}

/** The size of a message, of which the payload may be the beginning. */
export function sizeOf({ headers }: IncomingMessage, payload: Buffer): number {
  const [declared, length] = [headers[INTAKE_BYTES_HEADER], headers['content-length']].map(Number)
  return Math.max(payload.length, ...[declared, length].filter(Number.isSafeInteger).map(Number))
}

/** The body, of which bytes beyond the limit are not read. */
export async function readPayload(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  // Kept open when the loop ends early: the refusal goes out over the same socket.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > PAYLOAD_BYTES_MAX) break
  }
  return Buffer.concat(chunks, bytes)
}
