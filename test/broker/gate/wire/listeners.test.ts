import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect } from 'chai'
import { listenTcp, listenWebSocket } from '../../../../broker/gate/wire/listeners.ts'
import { failureOf } from '../../../support/failure.ts'

describe('listeners', () => {
  const options = {
    socketAdmission: { admit: () => true, timeOut() {} },
    onConnection: () => ({ isLoggedIn: () => true, end() {} }),
    onError() {},
  }
  const listen = [
    { what: 'TCP', setting: 'MQTT_PORT', open: listenTcp },
    {
      what: 'WebSocket',
      setting: 'MQTT_WS_PORT',
      open: (all: Parameters<typeof listenTcp>[0]) =>
        listenWebSocket(all, { messageBytesMax: 1, upgradeTimeoutMs: 1 }),
    },
  ]

  for (const { what, setting, open } of listen) {
    for (const host of ['203.0.113.1', 'no-such-host.invalid']) {
      it(`a ${what} listener that cannot bind ${host} names HOST`, async () => {
        const error = await failureOf(open({ ...options, host, port: 0 }))
        expect(error).to.have.property('code', 'cannot_listen')
        expect(error.message).to.include('set HOST').and.not.to.include(setting)
      })
    }

    it(`a ${what} listener whose port is taken names ${setting}`, async () => {
      const other = createServer().listen(0, '127.0.0.1')
      await once(other, 'listening')
      const { port } = other.address() as AddressInfo
      const error = await failureOf(open({ ...options, host: '127.0.0.1', port }))
      expect(error.message).to.include(`set ${setting}`).and.not.to.include('HOST')
      other.close()
    })
  }
})
