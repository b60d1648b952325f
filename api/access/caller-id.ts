import type { Claims } from '../../contract/claims.ts'

/**
 * Identifies the owner of a share of a bound, and of an `Idempotency-Key`. Each issued service token is its own owner,
 * even if an earlier token had the same name.
 */
export function callerId({
  role,
  sub,
  jti,
  scopes,
}: Pick<Claims, 'role' | 'sub' | 'jti' | 'scopes'>): string {
  return `${role}:${scopes === undefined ? sub : jti}`
}
