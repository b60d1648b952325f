import type { TokenUses } from '../../registry/token-uses.ts'
import type { Authenticate } from './authenticate.ts'

/** Notes the use of each token of ours that a device was accepted with, at logins and at renewals. */
export function noteTokenUses(authenticate: Authenticate, uses: Pick<TokenUses, 'note'>): Authenticate {
  return async (...login) => {
    const result = await authenticate(...login)
    const isAccepted = !('reason' in result)
    if (isAccepted && result.role === 'device' && result.signer === 'fleetwire') uses.note(result.jti)
    return result
  }
}
