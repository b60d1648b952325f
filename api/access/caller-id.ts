import type { Claims } from '../../contract/claims.ts'

/**
 * Whose share of a bound, and whose `Idempotency-Key`, it is. Each issued service token has its own, also if another one had
 * its name before.
 */
export function callerId({
  role,
  sub,
  jti,
  scopes,
}: Pick<Claims, 'role' | 'sub' | 'jti' | 'scopes'>): string {
  return `${role}:${scopes === undefined ? sub : jti}`
}
