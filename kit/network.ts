import { isIPv6 } from 'node:net'

const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/**
 * The unit by which limits count addresses: an IPv4 address, or the /64 of an IPv6 address, because a customer usually has a
 * whole /64. A socket for both kinds shows an IPv4 address as `::ffff:192.0.2.1`.
 */
export function networkOf(address: string): string {
  const mapped = IPV4_MAPPED.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const [left = '', right] = address.toLowerCase().split('::')
  const groups = left === '' ? [] : left.split(':')
  // The groups that the two colons stand for. Only these can reach into the first four groups.
  if (right !== undefined) {
    const after = right === '' ? [] : right.split(':')
    groups.push(...Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0'), ...after)
  }
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
