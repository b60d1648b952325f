import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { addressInUrl, isPublicAddress } from '../../kit/public-address.ts'
import { privateAddress } from './guarded-lookup.ts'

interface PostOptions {
  url: URL
  headers: Record<string, string>
  body: string
  lookup: LookupFunction
  allowPrivate: boolean
  timeoutMs: number
}

/**
 * Posts a body, and returns the status of the reply. The reply's body is not read, and no redirect is followed. Each request has a
 * connection of its own, so that its address is checked. Rejects with `private_address`, `ETIMEDOUT` or an error of Node.js.
 */
export function post({ url, headers, body, lookup, allowPrivate, timeoutMs }: PostOptions): Promise<number> {
  const address = addressInUrl(url)
  // Node.js does not look up an address.
  if (!allowPrivate && address !== undefined && !isPublicAddress(address))
    return Promise.reject(privateAddress(address, address))
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: false,
      lookup,
    })
    // For all of it: the look-up, the connection and the reply.
    const timer = setTimeout(() => {
      reject(Object.assign(new Error(`no reply within ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' }))
      outgoing.destroy()
    }, timeoutMs)
    outgoing.once('response', (reply) => {
      clearTimeout(timer)
      resolve(reply.statusCode ?? 0)
      reply.destroy()
    })
    // A reply that is not read may still break.
    outgoing.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    outgoing.end(body)
  })
}
