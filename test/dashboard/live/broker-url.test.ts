import { expect } from 'chai'
import { brokerUrl } from '../../../dashboard/live/broker-url.ts'

const page = (url: string) => new URL(url)

describe("the broker's address", () => {
  const plain = { mqtt_url: null, mqtt_ws_port: 8083, mqtt_wss_port: null }

  it("the broker's URL has the page's host and is encrypted if the page is", () => {
    expect(brokerUrl(plain, page('http://fleet.local:3000'))).to.equal('ws://fleet.local:8083/mqtt')
    expect(brokerUrl(plain, page('http://[::1]:3000'))).to.equal('ws://[::1]:8083/mqtt')
    const both = { ...plain, mqtt_wss_port: 8084 }
    expect(brokerUrl(both, page('https://fleet.local:3000'))).to.equal('wss://fleet.local:8084/mqtt')
  })

  it("the broker's URL can be set by the operator", () => {
    const told = { ...plain, mqtt_url: 'wss://mqtt.example/mqtt' }
    expect(brokerUrl(told, page('https://fleet.example'))).to.equal('wss://mqtt.example/mqtt')
  })

  it('there is no broker URL for an encrypted page and a broker without TLS', () => {
    expect(brokerUrl(plain, page('https://fleet.example'))).to.equal(undefined)
  })
})
