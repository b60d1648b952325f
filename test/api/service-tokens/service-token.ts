import { randomUUID } from 'node:crypto'
import type { Answer, Fixture } from '../fixture.ts'

/** Issues a service token that reads all vehicles, changed by `body`. */
export function issueServiceToken(fixture: Fixture, body: object = {}, admin?: string): Promise<Answer> {
  const given = { name: `s-${randomUUID()}`, scopes: ['vehicles:read'], groups: null, ...body }
  return fixture.call('POST', '/api/service-tokens', {
    ...(admin !== undefined && { token: admin }),
    body: given,
  })
}
