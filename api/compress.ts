import { constants } from 'node:zlib'
import compression from 'compression'
import type { RequestHandler } from 'express'

/** Bytes from which on a reply is compressed. A packet has 1.4 KB, so that less would save none. */
const THRESHOLD_BYTES = 4096

/**
 * Compresses JSON and what the page of the document is made of, for those who accept it. Streams (CSV, NDJSON, events)
 * are sent as they come: to compress them would cap their speed and hold back what was written. Replies with a secret are
 * marked `no-transform` (mount.ts) and left as they are: the length of a compressed one would tell of it (BREACH).
 */
export function createCompress(): RequestHandler {
  return compression({
    threshold: THRESHOLD_BYTES,
    // Readings shrink to a sixth at the fastest levels already, for a third of the default's time.
    level: 1,
    brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } },
    filter: (_req, res) => {
      const type = String(res.getHeader('content-type') ?? '')
      return /^(application\/(json|problem\+json)|text\/(html|css|javascript))\b/.test(type)
    },
  })
}
