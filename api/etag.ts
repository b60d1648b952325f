import { refuse, type Refusal } from './refusal.ts'

/** What the OpenAPI document says of it. */
export const etagHeader = { etag: 'for If-Match' }

/** What it says of the request's; it is taken where `precondition_failed` may be the answer. */
export const ifMatchHeader = {
  'If-Match': {
    description:
      'The etag of what was read: it is changed only if nobody else has changed it since (else 412)',
    schema: { type: 'string' },
  },
} as const

/** What was made then, and has changed so many times since. Another one that is made with its key is not it. */
interface Versioned {
  createdUs: number
  version: number
}

/** The entity tag (RFC 9110, section 8.8.3). */
export function etagOf({ createdUs, version }: Versioned): { etag: string } {
  return { etag: `"${createdUs.toString(36)}.${version}"` }
}

/** The entity tags that an `If-Match` header allows (RFC 9110, section 13.1.1); undefined: any. */
export function readIfMatch(header: string | undefined): readonly string[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  return header.split(',').map((tag) => tag.trim())
}

/** Whether it is still what was read. Tags that are not ours match nothing, weak ones neither. */
export function isMatch(tags: readonly string[] | undefined, row: Versioned): boolean {
  return tags === undefined || tags.includes(etagOf(row).etag)
}

export function preconditionFailed(): Refusal {
  return refuse('precondition_failed', 'it was changed since If-Match was read: read it again')
}
