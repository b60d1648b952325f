import type { Problem } from '../../../client/client.ts'

/** The outcome of a request: `problem` if it was refused or did not reach the server. */
export interface Answer<T> {
  data?: T | undefined
  problem?: Problem | undefined
  /** ETag of the record, for If-Match */
  etag?: string | undefined
}

/** A problem in the API's format for a request without a response. */
const UNREACHABLE: Problem = {
  type: 'about:blank',
  title: 'The server cannot be reached',
  status: 503,
  detail: 'The server cannot be reached. Your change may not have been saved: check it, then try again.',
  code: 'unavailable',
  request_id: '',
}

/** The outcome of an API request. Never rejects. */
export async function answerOf<T>(
  request: Promise<{ data?: T | undefined; error?: Problem | undefined; response: Response }>,
): Promise<Answer<T>> {
  try {
    const { data, error, response } = await request
    // A proxy's error page has no problem.
    if (!response.ok) return { problem: error?.detail === undefined ? UNREACHABLE : error }
    return { data, etag: response.headers.get('etag') ?? undefined }
  } catch {
    return { problem: UNREACHABLE }
  }
}
