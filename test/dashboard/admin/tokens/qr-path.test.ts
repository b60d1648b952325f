import { expect } from 'chai'
import { modulesPath } from '../../../../dashboard/admin/tokens/qr-path.ts'

describe('a QR code', () => {
  it('a QR code has a square for each dark module', () => {
    const data = [
      [false, true],
      [true, false],
    ]
    expect(modulesPath(data)).to.equal('M1 0h1v1h-1zM0 1h1v1h-1z')
  })
})
