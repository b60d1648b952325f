import { randomUUID } from 'node:crypto'
import { makeClaims } from '../../../contract/claims.ts'
import { createJwt } from '../../../kit/jwt.ts'
import { readCredentials } from '../../../simulator/credentials.ts'
import type { DeviceLogin, Login } from './disturbers.ts'

const LIFETIME_S = 86_400

/** The device in a line of a credentials file; -1 is the last line. */
export function deviceLogin(file: string, at: number, port: number, baseMs: number): DeviceLogin {
  const device = readCredentials(file).at(at)
  if (device === undefined) throw new Error(`${file} has no line ${at}`)
  const { clientId, token, vehicle } = device
  return { port, clientId, token, topic: `fleet/${vehicle}/telemetry`, baseMs }
}

/** The login of a service, which may subscribe to every vehicle and needs no user. */
export function adminLogin(secret: string, port: number): Login {
  const nowS = Math.floor(Date.now() / 1000)
  const jti = randomUUID()
  const claims = makeClaims({ sub: 'chaos', role: 'service', aud: 'mqtt', jti, nowS, lifetimeS: LIFETIME_S })
  return { port, clientId: `service/chaos/${jti}`, token: createJwt(secret).sign(claims) }
}
