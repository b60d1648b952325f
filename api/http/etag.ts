import { refuse, type Refusal } from './refusal.ts'

/** The ETag header in the OpenAPI document. */
export const etagHeader = { etag: 'for If-Match' }

/** The `If-Match` header in the OpenAPI document, for routes that may answer `precondition_failed`. */
export const ifMatchHeader = {
  'If-Match': {
    description: 'The etag from an earlier reply: 412 if the resource has changed since',
    schema: { type: 'string' },
  },
} as const

/** Made from the time of creation and the number of changes, so that a new record with the same key has another tag. */
interface Versioned {
  createdUs: number
  version: number
}

/** The entity tag (RFC 9110, section 8.8.3). */
export function etagOf({ createdUs, version }: Versioned): { etag: string } {
  return { etag: `"${createdUs.toString(36)}.${version}"` }
}

/** The entity tags that an `If-Match` header allows (RFC 9110, section 13.1.1); `undefined` if it allows any. */
export function readIfMatch(header: string | undefined): readonly string[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  return header.split(',').map((tag) => tag.trim())
}

/** Whether a record still has one of these tags. Foreign tags match nothing, nor do weak ones. */
export function isMatch(tags: readonly string[] | undefined, row: Versioned): boolean {
  return tags === undefined || tags.includes(etagOf(row).etag)
}

export function preconditionFailed(): Refusal {
  return refuse('precondition_failed', 'the resource has changed since this If-Match was read: read it again')
}
