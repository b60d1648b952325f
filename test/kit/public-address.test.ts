import { expect } from 'chai'
import { addressInUrl, isPublicAddress } from '../../kit/public-address.ts'

describe('public addresses', () => {
  it('private, loopback, link-local, shared and reserved addresses are not public', () => {
    const addresses =
      `0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1
      172.31.255.255 192.168.1.1 192.0.2.1 198.18.0.1 224.0.0.1 255.255.255.255 168.63.129.16
      :: ::1 fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 ff02::1 2001:db8::1 2002:7f00:1::
      ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:7f00:1 64:ff9b::7f00:1 64:ff9b::10.0.0.1 ::127.0.0.1`.split(
        /\s+/,
      )
    for (const address of addresses) expect(isPublicAddress(address), address).to.equal(false)
  })

  it('other addresses are public', () => {
    const addresses =
      `1.1.1.1 9.255.255.255 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.169.0.1 223.255.255.255
      2606:4700::1111 2a00:1450::1 ::ffff:1.1.1.1 64:ff9b::101:101`.split(/\s+/)
    for (const address of addresses) expect(isPublicAddress(address), address).to.equal(true)
  })

  it('a name is no address', () => {
    expect(isPublicAddress('example.org')).to.equal(false)
    expect(addressInUrl(new URL('http://example.org/'))).to.equal(undefined)
    expect(addressInUrl(new URL('http://[::1]:80/'))).to.equal('::1')
    expect(addressInUrl(new URL('http://0x7f.1/'))).to.equal('127.0.0.1')
  })
})
