import type { Claims } from '../../contract/claims.ts'

/**
 * Key by which a caller's limits and `Idempotency-Key`s are kept apart from those of others. Each issued service token
 * has its own key, even if an earlier token had the same name.
 */
export function callerId({
  role,
  sub,
  jti,
  scopes,
}: Pick<Claims, 'role' | 'sub' | 'jti' | 'scopes'>): string {
  return `${role}:${scopes === undefined ? sub : jti}`
}
