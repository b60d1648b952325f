import {
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
  existsSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { open } from 'lmdb'
import { pack } from 'msgpackr'
import {
  checksumOf,
  packChunks,
  unpackChunk,
  type SpooledMessage,
} from '../../../../broker/ingest/spool/chunk.ts'
import { openSpool, type Spool } from '../../../../broker/ingest/spool/spool.ts'
import { createLog } from '../../../../kit/log.ts'
import { eventually } from '../../../support/eventually.ts'
import { failureOf } from '../../../support/failure.ts'
import { runModule } from '../../../support/processes.ts'
import { seeded, whole } from '../../../support/seeded.ts'

const log = createLog('test', 'silent')

describe('spool', () => {
  let dataDir: string
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-spool-'))
  })
  afterEach(() => rmSync(dataDir, { recursive: true }))

  const openHere = (bytesMax = 1e9) => openSpool({ dataDir, bytesMax, log })
  const file = () => join(dataDir, 'spool', 'data.mdb')
  const message = (n: number, bytes = 100): SpooledMessage => ({
    vehicleId: n,
    deviceId: n + 0.5 + 0.5,
    receivedAtMs: 1_767_225_600_000 + n,
    receivedUs: 1_767_225_600_000_000 + n,
    payload: Buffer.alloc(bytes, n),
  })

  function all(spool: Spool): SpooledMessage[] {
    const messages: SpooledMessage[] = []
    for (let it = spool.next(); it !== undefined; it = spool.next(it.key)) messages.push(...it.messages)
    return messages
  }

  it('messages are read back in order, even after the spool was closed', async () => {
    const spool = await openHere()
    const messages = Array.from({ length: 50 }, (_, n) => message(n, n * 1000))
    expect(await spool.append(messages.slice(0, 20))).to.equal(true)
    for (const it of messages.slice(20)) expect(await spool.append([it])).to.equal(true)
    expect(all(spool)).to.deep.equal(messages)
    const { bytes } = spool
    await spool.close()
    const again = await openHere()
    expect(all(again)).to.deep.equal(messages)
    expect([again.messages, again.bytes, again.oldestReceivedAtMs()]).to.deep.equal([
      50,
      bytes,
      message(0).receivedAtMs,
    ])
    await again.append([message(50)])
    expect(all(again).at(-1)).to.deep.equal(message(50))
    await again.close()
  })

  it('refusals, stays and replay marks of messages are kept, even after the spool was closed', async () => {
    const spool = await openHere()
    const stays = [
      { vehicleId: 1, sinceUs: -Infinity, untilUs: 1_767_225_600_000_001, isGone: true },
      { vehicleId: 2, sinceUs: 1_767_225_600_000_001, untilUs: Infinity, isGone: false },
    ]
    const refused = { code: 'wrong_topic', pointer: '', detail: 'fleet/x y/telemetry' } as const
    const replay = { receivedUs: 1_000_000 }
    const messages = [
      message(0),
      { ...message(1), stays },
      { ...message(2), refused },
      { ...message(3), replay },
    ]
    await spool.append(messages)
    await spool.close()
    const again = await openHere()
    expect(all(again)).to.deep.equal(messages)
    await again.close()
  })

  it('stays shared by messages are stored once and returned with each', async () => {
    const spool = await openHere()
    const stays = Array.from({ length: 100 }, (_, n) => ({
      vehicleId: n,
      sinceUs: n * 1e12,
      untilUs: (n + 1) * 1e12,
      isGone: false,
    }))
    const messages = Array.from({ length: 1000 }, (_, n) => ({ ...message(n), stays }))
    await spool.append(messages)
    expect(spool.bytes).to.be.below(200_000)
    expect(all(spool)).to.deep.equal(messages)
    await spool.close()
  })

  it('messages of many often-moved devices are cut into chunks of bounded size', () => {
    const messages = Array.from({ length: 200 }, (_, n) => ({
      ...message(n),
      stays: Array.from({ length: 100 }, () => ({
        vehicleId: n,
        sinceUs: 1.7e15,
        untilUs: 1.8e15,
        isGone: false,
      })),
    }))
    const chunks = packChunks(messages)
    expect(Math.max(...chunks.map(({ value }) => value.length))).to.be.below(300_000)
  })

  it('chunks written before messages had more than five parts are readable', () => {
    const { vehicleId, deviceId, receivedAtMs, receivedUs, payload } = message(7)
    const value = pack([[vehicleId, deviceId, receivedAtMs, receivedUs, payload]])
    expect(unpackChunk([1, 1, value.length, checksumOf(value)], value)).to.deep.equal([message(7)])
  })

  it('removed messages, and only they, are gone', async () => {
    const spool = await openHere()
    for (let n = 0; n < 3; n++) await spool.append([message(n)])
    const first = spool.next()
    expect(await spool.remove(first ? [first.key] : [])).to.equal(true)
    expect(all(spool)).to.deep.equal([message(1), message(2)])
    expect(spool.messages).to.equal(2)
    await spool.close()
    const again = await openHere()
    expect(all(again)).to.deep.equal([message(1), message(2)])
    for (let it = again.next(); it !== undefined; it = again.next()) await again.remove([it.key])
    expect([again.messages, again.bytes, again.oldestReceivedAtMs()]).to.deep.equal([0, 0, undefined])
    await again.close()
  })

  it('held messages are skipped until released or removed, and available after reopening', async () => {
    const spool = await openHere()
    const held = await spool.hold([message(0), message(1)])
    await spool.append([message(2)])
    const stored = await spool.hold([message(3)])
    expect(all(spool)).to.deep.equal([message(2)])
    expect([spool.messages, spool.oldestReceivedAtMs()]).to.deep.equal([4, message(0).receivedAtMs])
    expect(await stored?.remove()).to.equal(true)
    expect([spool.messages, all(spool)]).to.deep.equal([3, [message(2)]])
    held?.release()
    expect(all(spool)).to.deep.equal([message(0), message(1), message(2)])
    await spool.hold([message(4)])
    await spool.close()
    const again = await openHere()
    expect(all(again)).to.deep.equal([message(0), message(1), message(2), message(4)])
    expect(again.next(undefined, new Set([again.next()?.key[0] ?? 0]))?.messages).to.deep.equal([message(2)])
    await again.close()
  })

  it('a message without room cannot be held', async () => {
    const spool = await openHere(1000)
    expect(await spool.hold([message(0, 2000)])).to.equal(undefined)
    expect(spool.messages).to.equal(0)
    await spool.close()
  })

  it('the spool never exceeds its limit, and accepts messages again when there is room', async () => {
    const spool = await openHere(100_000)
    const taken = await Promise.all(Array.from({ length: 50 }, (_, n) => spool.append([message(n, 5000)])))
    const count = taken.filter(Boolean).length
    expect(count).to.be.within(10, 20)
    expect(spool.bytes).to.be.at.most(100_000)
    expect(spool.messages).to.equal(count)
    expect(statSync(file()).size).to.be.below(300_000)
    const first = spool.next()
    await spool.remove(first ? [first.key] : [])
    expect(await spool.append([message(99, 5000)])).to.equal(true)
    await spool.close()
  })

  it('an unusable data directory is named in the error', async () => {
    const taken = join(dataDir, 'a-file')
    writeFileSync(taken, '')
    const error = await failureOf(openSpool({ dataDir: taken, bytesMax: 1e9, log }))
    expect(error).to.have.property('code', 'data_dir_unwritable')
    expect(error.message).to.include('DATA_DIR').and.include(taken)
  })

  it('the spool is created in an existing empty directory, as on a mounted disk', async () => {
    mkdirSync(join(dataDir, 'spool'))
    const spool = await openHere()
    await spool.append([message(1)])
    await spool.close()
    const again = await openHere()
    expect(all(again)).to.deep.equal([message(1)])
    await again.close()
  })

  it('only the owner may access the spool directory', async () => {
    await (await openHere()).close()
    expect(statSync(join(dataDir, 'spool')).mode & 0o777).to.equal(0o700)
  })

  it('a spool belongs to one broker at a time', async () => {
    const spool = await openHere()
    const error = await failureOf(openHere())
    expect(error.message).to.include(join(dataDir, 'spool')).and.include(String(process.pid))
    await spool.close()
    await (await openHere()).close()
  })

  describe('refusal of a damaged spool', () => {
    const damages: Record<string, () => void> = {
      'is another file': () => writeFileSync(file(), 'hello, this is a text\n'.repeat(1000)),
      'begins with garbage': () => overwrite(0, Buffer.alloc(4096, 0x5a)),
      'lost everything but its name': () => truncateSync(file(), 0),
      'is gone from its directory, where its lock is': () => rmSync(file()),
      'lost its end': () => truncateSync(file(), Math.floor(statSync(file()).size / 2)),
      'has one bit flipped in a message': () => {
        const bytes = readFileSync(file())
        const at = bytes.indexOf(Buffer.alloc(200, 7))
        expect(at).to.be.above(0)
        overwrite(at + 50, Buffer.from([7 ^ 16]))
      },
    }
    for (const [name, damage] of Object.entries(damages)) {
      it(`a spool that ${name} is refused and left unchanged`, async () => {
        const spool = await openHere()
        for (let n = 0; n < 30; n++) await spool.append([message(n, 20_000)])
        await spool.close()
        damage()
        const before = existsSync(file()) ? readFileSync(file()) : Buffer.from('none')
        const error = await failureOf(openHere())
        expect(error).to.have.property('code', 'bad_spool')
        expect(error.message).to.include(join(dataDir, 'spool'))
        const after = existsSync(file()) ? readFileSync(file()) : Buffer.from('none')
        expect(after.equals(before)).to.equal(true)
        // The directory is not locked either: after it is moved away, a new spool can be opened.
        rmSync(join(dataDir, 'spool'), { recursive: true })
        await (await openHere()).close()
      })
    }

    it('a spool of another program is refused', async () => {
      mkdirSync(join(dataDir, 'spool'))
      const other = open({ path: join(dataDir, 'spool'), overlappingSync: false })
      await other.put('users', [1, 2, 3])
      await other.close()
      expect((await failureOf(openHere())).message).to.match(/not a usable spool.*"users"/)
    })

    it('a spool of a later format is refused', async () => {
      await (await openHere()).close()
      const later = open({ path: join(dataDir, 'spool'), overlappingSync: false, encoding: 'binary' })
      await later.openDB('about', { encoding: 'json' }).put('format', 2)
      await later.close()
      expect((await failureOf(openHere())).message).to.include('its format is 2')
    })

    function overwrite(at: number, bytes: Buffer): void {
      const handle = openSync(file(), 'r+')
      writeSync(handle, bytes, 0, bytes.length, at)
      closeSync(handle)
    }
  })

  it('every message reported as on disk survives killing the writer at any moment', async function () {
    this.timeout(60_000)
    const random = seeded(3)
    for (let round = 0; round < 8; round++) {
      rmSync(dataDir, { recursive: true })
      mkdirSync(dataDir)
      const writer = runModule('test/broker/ingest/spool/writer.ts', [dataDir])
      await eventually('the writer has printed number 5', () => writer.output().includes('\n5\n'))
      // The writer must not choose the moment, which is the subject of the test.
      await delay(whole(random, 0, 100))
      writer.child.kill('SIGKILL')
      await writer.ended
      const reported = writer.output().slice(0, writer.output().lastIndexOf('\n')).split('\n').map(Number)
      const spool = await openHere()
      const messages = all(spool)
      expect(messages.length).to.be.at.least(reported.length)
      for (const n of reported) expect(messages[n]?.payload.length).to.equal(n % 3000)
      expect(spool.messages).to.equal(messages.length)
      await spool.close()
    }
  })
})
