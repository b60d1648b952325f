import { lookup as lookUp, type LookupAddress, type LookupOptions } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { FleetwireError } from '../../kit/errors.ts'
import { isPublicAddress } from '../../kit/public-address.ts'

export type Resolve = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * A look-up for a connection that refuses names with an address that is not public (`private_address`). The connection goes to
 * the addresses that were checked: the name is not looked up again, so that it cannot change in between (DNS rebinding).
 * One private address is enough to refuse the name, because the connection may try all of them.
 * @param resolve for tests; default: that of the operating system
 */
export function createGuardedLookup(allowPrivate: boolean, resolve: Resolve = lookUp): LookupFunction {
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '')
      const refused = allowPrivate ? undefined : addresses.find(({ address }) => !isPublicAddress(address))
      if (refused !== undefined) return done(privateAddress(host, refused.address), '')
      const [first] = addresses
      if (options.all) done(null, addresses)
      else done(null, first?.address ?? '', first?.family)
    })
  }
}

export function privateAddress(host: string, address: string): FleetwireError {
  const what = host === address ? address : `${host} has the address ${address}, which`
  return new FleetwireError(
    'private_address',
    `${what} is not on the public internet; the operator can allow it with WEBHOOK_ALLOW_PRIVATE`,
  )
}
