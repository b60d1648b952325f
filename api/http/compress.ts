import { constants } from 'node:zlib'
import compression from 'compression'
import type { RequestHandler } from 'express'

/** Minimum size in bytes of a compressed reply. A packet has 1.4 KB, so compressing less would save no packet. */
const THRESHOLD_BYTES = 4096

/**
 * Compresses JSON and the files of the documentation page for clients that accept it. Streams (CSV, NDJSON, events) are
 * not compressed, because that would limit their speed and delay written data. Replies with a secret are marked
 * `no-transform` (mount.ts) and not compressed: the length of a compressed reply would reveal the secret (BREACH).
 */
export function createCompress(): RequestHandler {
  return compression({
    threshold: THRESHOLD_BYTES,
    // Even the fastest levels reduce readings to a sixth, in a third of the default level's time.
    level: 1,
    brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } },
    filter: (_req, res) => {
      const type = String(res.getHeader('content-type') ?? '')
      return /^(application\/(json|problem\+json)|text\/(html|css|javascript))\b/.test(type)
    },
  })
}
