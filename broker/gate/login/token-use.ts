import type { TokenUses } from '../../registry/token-uses.ts'
import type { Authenticate } from './authenticate.ts'

/** Tells of the tokens of ours that devices were let in with, at logins and at renewals. */
export function tellUses(authenticate: Authenticate, uses: Pick<TokenUses, 'note'>): Authenticate {
  return async (...login) => {
    const result = await authenticate(...login)
    const isAccepted = !('reason' in result)
    if (isAccepted && result.role === 'device' && result.signer === 'fleetwire') uses.note(result.jti)
    return result
  }
}
