import { refuseFaults, type Refusal } from '../http/refusal.ts'

/** The end of a page: the sort key of its last item. `kind` keeps a cursor from being used with another listing. */
export function writeCursor(kind: string, last: string | number): string {
  return Buffer.from(`${kind}:${last}`, 'utf8').toString('base64url')
}

/** The sort key in a cursor, `undefined` if there is no cursor, or a refusal if the cursor is not from this listing. */
export function readCursor(
  kind: string,
  cursor: string | undefined,
  pattern: RegExp,
): { after: string | undefined } | Refusal {
  if (cursor === undefined) return { after: undefined }
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const after = text.slice(kind.length + 1)
  // Encoded again and compared, because Node.js skips characters that are not base64url.
  if (writeCursor(kind, after) === cursor && pattern.test(after)) return { after }
  return refuseFaults('invalid_request', [{ pointer: '/cursor', detail: 'is not a cursor of this listing' }])
}

/** Like `readCursor`, for a sort key that is an integer from 0 to 2^53-1. */
export function readNumberCursor(
  kind: string,
  cursor: string | undefined,
): { after: number | undefined } | Refusal {
  const read = readCursor(kind, cursor, /^\d{1,15}$|^[1-8]\d{15}$/)
  if (!('after' in read)) return read
  return { after: read.after === undefined ? undefined : Number(read.after) }
}

/** A page of at most `limit` from `rows`, which have one more if another page follows. */
export function toPage<T>(
  rows: readonly T[],
  limit: number,
  cursorOf: (last: T) => string,
): { items: T[]; next_cursor: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next_cursor: rows.length > limit && last !== undefined ? cursorOf(last) : null }
}
