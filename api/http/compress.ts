import { constants } from 'node:zlib'
import compression from 'compression'
import type { RequestHandler } from 'express'

/** Bytes from which on a reply is compressed. A packet has 1.4 KB, so that less would save none. */
const THRESHOLD_BYTES = 4096

/**
 * Compresses JSON and the files of the documentation page for clients that accept it. Streams (CSV, NDJSON, events)
 * are not compressed, which would limit their speed and delay written data. Replies with a secret are marked
 * `no-transform` (mount.ts) and not compressed: the length of a compressed reply would reveal it (BREACH).
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
