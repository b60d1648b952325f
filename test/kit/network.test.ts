import { expect } from 'chai'
import { networkOf } from '../../kit/network.ts'

describe('networks of addresses', () => {
  for (const { network, addresses } of [
    { network: '192.0.2.1', addresses: ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:192.0.2.1'] },
    {
      network: '2001:db8:0:1',
      addresses: [
        '2001:db8:0:1::',
        '2001:db8:0:1:2:3:4:5',
        '2001:0DB8:0000:0001::9',
        '2001:db8:0:1::1.2.3.4',
      ],
    },
    { network: '2001:db8:0:0', addresses: ['2001:db8::', '2001:db8::1', '2001:db8::1:2:3:4'] },
    { network: '0:0:0:0', addresses: ['::1', '::'] },
    { network: '1:2:3:4', addresses: ['1:2:3:4::', '1:2:3:4:5:6:7::', '1:2:3:4:5:6:1.2.3.4'] },
    { network: '0:0:0:5', addresses: ['::5:6:7:8:9'] },
    { network: 'fe80:0:0:0', addresses: ['fe80::1%eth0', 'fe80::2'] },
    { network: '', addresses: [''] },
  ]) {
    it(`the network is ${JSON.stringify(network)} for ${addresses.join(', ')}`, () => {
      expect(addresses.map(networkOf)).to.deep.equal(addresses.map(() => network))
    })
  }
})
