import { BlockList, isIP } from 'node:net'
import type { Config, SettingName } from './settings.ts'

/** Faults of the TLS settings as a whole, a sentence each. */
export function tlsContradictions(given: Partial<Record<SettingName, string>>): string[] {
  const { TLS_CERT_FILE: cert, TLS_KEY_FILE: key, TLS_CLIENT_CERT: mode, TLS_CLIENT_CA_FILE: ca } = given
  const problems: string[] = []
  if (cert && !key) problems.push('TLS_KEY_FILE is required with TLS_CERT_FILE')
  if (key && !cert) problems.push('TLS_CERT_FILE is required with TLS_KEY_FILE')
  if (mode === 'optional' || mode === 'required') {
    // Otherwise no certificate would be requested from clients, and nothing would show it.
    if (!cert && !key)
      problems.push(`TLS_CERT_FILE and TLS_KEY_FILE are required with TLS_CLIENT_CERT=${mode}`)
    if (!ca) problems.push(`TLS_CLIENT_CA_FILE is required with TLS_CLIENT_CERT=${mode}`)
  }
  return problems
}

export function hasTls(config: Pick<Config, 'TLS_CERT_FILE' | 'TLS_KEY_FILE'>): boolean {
  return config.TLS_CERT_FILE !== undefined && config.TLS_KEY_FILE !== undefined
}

/** The address that plain-text listeners bind: not HOST if TLS is set, so that HOST opens no plain-text port. */
export function plainHostOf(
  config: Pick<Config, 'TLS_CERT_FILE' | 'TLS_KEY_FILE' | 'HOST' | 'PLAIN_HOST'>,
): string {
  return hasTls(config) ? config.PLAIN_HOST : config.HOST
}

/** Whether a listener on `host` can be reached from this machine only. A name other than localhost counts as reachable. */
export function isLoopback(host: string): boolean {
  const loopback = new BlockList()
  // IPv4 addresses that are mapped into IPv6 are looked up there as well.
  loopback.addSubnet('127.0.0.0', 8, 'ipv4')
  loopback.addAddress('::1', 'ipv6')
  const version = isIP(host)
  if (version === 0) return host.toLowerCase() === 'localhost'
  return loopback.check(host, version === 6 ? 'ipv6' : 'ipv4')
}
