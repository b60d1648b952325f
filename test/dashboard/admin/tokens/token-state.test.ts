import { expect } from 'chai'
import { tokenState } from '../../../../dashboard/admin/tokens/token-state.ts'

describe('a token', () => {
  const nowMs = Date.parse('2026-11-22T12:00:00Z')
  it('a token is valid until it expires or is revoked', () => {
    const [past, future] = ['2026-11-22T12:00:00Z', '2026-11-22T12:00:01Z']
    expect(tokenState({ expires_at: future, revoked_at: null }, nowMs)).to.equal('valid')
    expect(tokenState({ expires_at: past, revoked_at: null }, nowMs)).to.equal('expired')
    expect(tokenState({ expires_at: past, revoked_at: past }, nowMs)).to.equal('revoked')
  })
})
