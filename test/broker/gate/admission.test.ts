import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { createAdmission } from '../../../broker/gate/admission.ts'
import { eventually } from '../../support/eventually.ts'

describe('admission', () => {
  it('is for so many sockets, and one that closes makes room', async () => {
    const admission = createAdmission({ connectionsMax: 2, perAddressMax: 0 })
    const [one, two, three] = [new PassThrough(), new PassThrough(), new PassThrough()]
    expect([admission.admit(one, '192.0.2.1'), admission.admit(two, '192.0.2.1')]).to.deep.equal([
      undefined,
      undefined,
    ])
    expect(admission.admit(three, '192.0.2.1')).to.equal('too_many_connections')
    three.destroy()
    one.destroy()
    await eventually('room', () => one.closed && three.closed)
    expect(admission.admit(new PassThrough(), '192.0.2.1')).to.equal(undefined)
    expect(admission.admit(new PassThrough(), '192.0.2.1')).to.equal('too_many_connections')
  })

  it('is for so many sockets of one address, written as IPv4 or IPv6, and of one /64', async () => {
    const admission = createAdmission({ connectionsMax: 100, perAddressMax: 2 })
    const first = new PassThrough()
    expect(admission.admit(first, '192.0.2.1')).to.equal(undefined)
    expect(admission.admit(new PassThrough(), '::ffff:192.0.2.1')).to.equal(undefined)
    expect(admission.admit(new PassThrough(), '192.0.2.1')).to.equal('too_many_from_address')
    expect(admission.admit(new PassThrough(), '::ffff:192.0.2.1')).to.equal('too_many_from_address')
    expect(admission.admit(new PassThrough(), '192.0.2.2')).to.equal(undefined)
    expect(admission.admit(new PassThrough(), '2001:db8::1')).to.equal(undefined)
    expect(admission.admit(new PassThrough(), '2001:db8::ffff:1')).to.equal(undefined)
    expect(admission.admit(new PassThrough(), '2001:db8:0:0:1::')).to.equal('too_many_from_address')
    expect(admission.admit(new PassThrough(), '2001:db8:0:1::')).to.equal(undefined)
    first.destroy()
    await eventually('room', () => admission.admit(new PassThrough(), '192.0.2.1') === undefined)
  })
})
