import type { Request } from 'express'

/**
 * Whether a page of ours asks, or one of `origins` (separated by commas), or no page: browsers send `Origin` with everything but
 * GET and HEAD (https://fetch.spec.whatwg.org/#origin-header). That no other site can send our cookie is up to the browser;
 * this does not rely on it.
 */
export function createOriginCheck(origins: string | undefined): (req: Request) => boolean {
  const others = new Set(origins === '*' ? [] : origins?.split(','))
  return (req) => {
    const { origin } = req.headers
    if (origin === undefined || others.has(origin)) return true
    // `null` is that of sandboxed pages and local files.
    return URL.canParse(origin) && isAt(new URL(origin), req.host)
  }
}

/** @param host as the browser has it, or a proxy that `TRUST_PROXY` names passes it on; perhaps with the default port */
function isAt({ protocol, host: own }: URL, host: string | undefined): boolean {
  const url = `${protocol}//${host}`
  return host !== undefined && URL.canParse(url) && new URL(url).host === own
}
