import { BlockList, isIP, isIPv6 } from 'node:net'

/**
 * IPv4 networks that are not on the public internet: IANA's special-purpose registry, multicast, and addresses at which a
 * cloud answers only its own machines (168.63.129.16; those of other clouds are link-local).
 */
const PRIVATE_IPV4 = networks('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
])
/** The only public part of IPv6. */
const GLOBAL_IPV6 = networks('ipv6', ['2000::/3'])
/** Parts of it that are not public, or that stand for an IPv4 address: Teredo, documentation, 6to4. */
const PRIVATE_IPV6 = networks('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])
/** Addresses that stand for an IPv4 address, in their last 32 bits: IPv4-mapped, NAT64. */
const EMBEDDED_IPV4 = networks('ipv6', ['::ffff:0:0/96', '64:ff9b::/96'])

/** Whether an IP address is on the public internet: not private, loopback, link-local, shared (CGNAT) or reserved. */
export function isPublicAddress(address: string): boolean {
  if (!isIPv6(address)) return isIP(address) === 4 && !PRIVATE_IPV4.check(address, 'ipv4')
  const [plain = ''] = address.split('%')
  if (EMBEDDED_IPV4.check(plain, 'ipv6')) return isPublicAddress(lastIpv4(plain))
  return GLOBAL_IPV6.check(plain, 'ipv6') && !PRIVATE_IPV6.check(plain, 'ipv6')
}

/** The IP address that is the host of a URL; `undefined` if the host is a name. */
export function addressInUrl(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(host) === 0 ? undefined : host
}

/** The last 32 bits of an IPv6 address as an IPv4 address. */
function lastIpv4(address: string): string {
  // A URL writes them as two groups of hexadecimal digits, whatever form was given.
  const host = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [high = '0', low = '0'] = host.split(':').slice(-2)
  const bits = [Number.parseInt(high || '0', 16), Number.parseInt(low || '0', 16)]
  return bits.flatMap((it) => [it >> 8, it & 255]).join('.')
}

function networks(family: 'ipv4' | 'ipv6', list: readonly string[]): BlockList {
  const blocks = new BlockList()
  for (const network of list) {
    const [address = '', bits] = network.split('/')
    blocks.addSubnet(address, Number(bits), family)
  }
  return blocks
}
