import type { Request } from 'express'

/**
 * Whether a request comes from a page of this origin, from one of `origins` (separated by commas), or from no page.
 * Browsers send `Origin` with every request but GET and HEAD (https://fetch.spec.whatwg.org/#origin-header). Browsers
 * also keep other sites from sending the cookie; this check does not rely on that.
 */
export function createOriginCheck(origins: string | undefined): (req: Request) => boolean {
  const others = new Set(origins === '*' ? [] : origins?.split(','))
  return (req) => {
    const { origin } = req.headers
    if (origin === undefined || others.has(origin)) return true
    // Sandboxed pages and local files send `null`.
    return URL.canParse(origin) && isAt(new URL(origin), req.host)
  }
}

/** @param host as the browser sends it, or as a proxy in `TRUST_PROXY` forwards it; perhaps with the default port */
function isAt({ protocol, host: own }: URL, host: string | undefined): boolean {
  const url = `${protocol}//${host}`
  return host !== undefined && URL.canParse(url) && new URL(url).host === own
}
