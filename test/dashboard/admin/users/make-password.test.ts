import { expect } from 'chai'
import { makePassword } from '../../../../dashboard/admin/users/make-password.ts'

describe('a generated password', () => {
  it('a generated password has 20 letters, digits, - or _, and is different each time', () => {
    const passwords = Array.from({ length: 100 }, makePassword)
    for (const password of passwords) expect(password).to.match(/^[A-Za-z0-9_-]{20}$/)
    expect(new Set(passwords).size).to.equal(100)
  })
})
