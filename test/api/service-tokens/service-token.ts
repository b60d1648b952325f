import { randomUUID } from 'node:crypto'
import type { Answer, Fixture } from '../fixture.ts'

/** Issues a service token that sees all vehicles and reads them, unless `body` says otherwise. */
export function issueServiceToken(fixture: Fixture, body: object = {}, admin?: string): Promise<Answer> {
  const given = { name: `s-${randomUUID()}`, scopes: ['vehicles:read'], groups: null, ...body }
  return fixture.call('POST', '/api/service-tokens', {
    ...(admin !== undefined && { token: admin }),
    body: given,
  })
}
