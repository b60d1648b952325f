/**
 * The value of `Strict-Transport-Security` (RFC 6797), for a year: this host no longer has plain HTTP, on any of its ports. Sent
 * over TLS only, as section 7.2 requires.
 */
export const STRICT_TRANSPORT = `max-age=${365 * 86_400}`
