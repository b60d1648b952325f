import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { createAdmission } from '../../../../broker/gate/login/admission.ts'
import { eventually } from '../../../support/eventually.ts'

describe('admission of sockets', () => {
  let ports = 0
  const openSocket = () =>
    Object.assign(new PassThrough(), { remoteAddress: '192.0.2.1', remotePort: ++ports })

  it('a closed socket makes room for the next one', async () => {
    const admission = createAdmission({ connectionsMax: 2, perAddressMax: 0, close: () => {} })
    const [one, two, three] = [openSocket(), openSocket(), openSocket()]
    for (const socket of [one, two]) {
      expect(admission.admit(socket, '192.0.2.1')).to.equal(undefined)
      admission.settle(socket)
    }
    expect(admission.admit(three, '192.0.2.1')).to.equal('too_many_connections')
    three.destroy()
    one.destroy()
    await eventually('the closed sockets make room', () => one.closed && three.closed)
    expect(admission.admit(openSocket(), '192.0.2.1')).to.equal(undefined)
  })

  it('a new socket closes the oldest one without a login, from the network with most sockets', () => {
    const closed: unknown[] = []
    const admission = createAdmission({
      connectionsMax: 4,
      perAddressMax: 0,
      close: (socket) => void closed.push(socket),
    })
    const [one, two, three, other, next] = [1, 2, 3, 4, 5].map(openSocket)
    for (const socket of [one, two, three]) admission.admit(socket!, '192.0.2.1')
    admission.settle(one!)
    admission.admit(other!, '192.0.2.2')
    expect(admission.admit(next!, '192.0.2.2')).to.equal(undefined)
    expect(closed).to.deep.equal([two])
  })

  it('one IPv4 address, however it is written, or one IPv6 /64 may open only a limited number of sockets', async () => {
    const admission = createAdmission({
      connectionsMax: 100,
      perAddressMax: 2,
      close: (socket) => void socket.destroy(),
    })
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
    await eventually(
      'a socket is admitted again',
      () => admission.admit(new PassThrough(), '192.0.2.1') === undefined,
    )
  })
})
