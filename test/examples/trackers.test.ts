import { expect } from 'chai'
import type { TestDevice } from '../support/broker.ts'
import { makeAuthority, makeCertificateFolder, type CertificateFolder } from '../support/certificates.ts'
import { logIn } from '../support/clients.ts'
import { eventually } from '../support/eventually.ts'
import type { Running } from '../support/processes.ts'
import { openStage, type Stage } from './stage.ts'
import { trackerPrograms } from './tracker-programs.ts'

describe('example trackers', function () {
  this.timeout(60_000)
  let stage: Stage
  let folder: CertificateFolder
  before(async () => {
    const authority = await makeAuthority('the authority of the test')
    folder = makeCertificateFolder(await authority.issue('localhost'))
    folder.write('ca.pem', authority.cert)
    // With this limit, a batch that cannot be written is not acknowledged by the spool either.
    const settings = { ...folder.settings, MQTTS_PORT: '0', MQTT_WSS_PORT: '0', COMMIT_TIMEOUT_MS: '60000' }
    stage = await openStage(settings)
  })
  after(async () => {
    await stage?.close()
    folder?.remove()
  })

  for (const program of trackerPrograms()) {
    describe(program.name + program.skipped, () => {
      let device: TestDevice
      let tracker: Running
      const started: Running[] = []
      async function start(env: Record<string, string>): Promise<Running> {
        const running = await program.start(env)
        started.push(running)
        return running
      }
      before(async function () {
        if (program.skipped !== '') this.skip()
        device = await stage.broker.addDevice()
        tracker = await start(stage.environmentOf(device))
      })
      after(async () => {
        for (const { child } of started) child.kill('SIGKILL')
        await Promise.all(started.map(({ ended }) => ended))
      })

      const hasStored = (count: number) =>
        eventually(`${count} readings`, async () => (await stage.seqsOf(device)).length >= count)

      it('readings of the tracker are stored', async () => {
        await hasStored(3)
      })

      it('the tracker executes a command, and reports an unknown one as failed', async () => {
        const ping = await stage.command(device, 'ping')
        await eventually(
          'the command is executed',
          async () => (await stage.stateOf(device, ping)) === 'acknowledged',
        )
        const other = await stage.command(device, 'fly')
        await eventually(
          'the unknown command has failed',
          async () => (await stage.stateOf(device, other)) === 'failed',
        )
      })

      it('the tracker receives rejections', async () => {
        // The tracker's client id is in use, but another device of the vehicle may send bad readings.
        const other = await stage.broker.addDevice({ vehicleId: device.vehicleId })
        const client = await logIn(stage.broker, other)
        await client.publishAsync(device.topic, '{"speed":-1}', { qos: 1 })
        await client.endAsync()
        await eventually('the rejection is printed', () => /"pointer": ?"\/speed"/.test(tracker.output()))
      })

      it('the tracker resends unacknowledged readings after a lost connection', async () => {
        const { broker, proxy } = stage
        const duplicates = await broker.metric('readings_duplicate_total')
        const lock = await stage.lockTelemetry()
        await lock.untilCopyWaits()
        await proxy.refuse()
        await lock.unlock()
        await proxy.forward()
        await eventually(
          'a reading was resent',
          async () => (await broker.metric('readings_duplicate_total')) > duplicates,
        )
        const { length } = await stage.seqsOf(device)
        await hasStored(length + 3)
      })

      it('the tracker has lost no reading in the end, and kept their order', async () => {
        if (program.endsPolitely) {
          tracker.child.kill('SIGTERM')
          expect(await tracker.ended, tracker.output()).to.equal(0)
        } else {
          tracker.child.kill('SIGKILL')
          await tracker.ended
        }
        const seqs = await stage.seqsOf(device)
        expect(seqs).to.deep.equal(Array.from(seqs, (_, n) => n))
      })

      it('the tracker sends over TLS to a trusted broker', async function () {
        if (!program.speaksTls) this.skip()
        const own = await stage.broker.addDevice()
        const env = { ...stage.environmentOf(own, stage.broker.mqttsPort), MQTT_CA_FILE: folder.caFile }
        await start(env)
        await eventually('a reading is stored', async () => (await stage.seqsOf(own)).length > 0)
      })
    })
  }
})
