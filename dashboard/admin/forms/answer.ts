import type { Problem } from '../../../client/client.ts'

/** What came of a request: `problem` when it was refused, or never got there. */
export interface Answer<T> {
  data?: T | undefined
  problem?: Problem | undefined
  /** for If-Match */
  etag?: string | undefined
}

/** In the words of the API's own problems, for who was not even answered. */
const UNREACHABLE: Problem = {
  type: 'about:blank',
  title: 'The server cannot be reached',
  status: 503,
  detail: 'The server cannot be reached. Your change may not have been saved: check it, then try again.',
  code: 'unavailable',
  request_id: '',
}

/** Never rejects. */
export async function answerOf<T>(
  request: Promise<{ data?: T | undefined; error?: Problem | undefined; response: Response }>,
): Promise<Answer<T>> {
  try {
    const { data, error, response } = await request
    // A proxy's error page has no problem in it.
    if (!response.ok) return { problem: error?.detail === undefined ? UNREACHABLE : error }
    return { data, etag: response.headers.get('etag') ?? undefined }
  } catch {
    return { problem: UNREACHABLE }
  }
}
