/**
 * The value of `Strict-Transport-Security` (RFC 6797), for a year: this host has no plain HTTP any more, at none of its ports. Sent
 * over TLS only, as section 7.2 demands.
 */
export const STRICT_TRANSPORT = `max-age=${365 * 86_400}`
