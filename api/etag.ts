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

/** The entity tag (RFC 9110, section 8.8.3) of what has changed so many times. */
export function etagOf(version: number): { etag: string } {
  return { etag: `"${version}"` }
}

/**
 * The versions that an `If-Match` header allows (RFC 9110, section 13.1.1); undefined: any. Tags that are not ours match
 * nothing, weak ones neither.
 */
export function readIfMatch(header: string | undefined): readonly number[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  return header.split(',').flatMap((tag) => {
    const [, version] = /^"(\d{1,15})"$/.exec(tag.trim()) ?? []
    return version === undefined ? [] : [Number(version)]
  })
}

export function preconditionFailed(): Refusal {
  return refuse('precondition_failed', 'it was changed since If-Match was read: read it again')
}
