import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openReceipts, type ReceiptStore } from '../../../broker/ingest/receipts.ts'
import { createLog } from '../../../kit/log.ts'
import { failureOf } from '../../support/failure.ts'

describe('receipts of QoS 2 messages', () => {
  let dataDir: string
  let receipts: ReceiptStore
  let lines: Record<string, unknown>[]
  const nowUs = Date.now() * 1000
  const of = (packetId: number, digest = 'abc') => ({ packetId, digest, isResent: true })
  const file = () => join(dataDir, 'qos2-receipts.log')

  async function open(): Promise<void> {
    const destination = {
      write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    }
    receipts = await openReceipts({ dataDir, log: createLog('test', 'info', destination) })
  }
  async function reopen(): Promise<void> {
    await receipts.close()
    await open()
  }
  beforeEach(async () => {
    lines = []
    dataDir = mkdtempSync(join(tmpdir(), 'fleetwire-receipts-'))
    await open()
  })
  afterEach(async () => {
    await receipts.close().catch(() => {})
    rmSync(dataDir, { recursive: true })
  })

  it('a receipt is found by device, packet identifier and bytes, even after a restart', async () => {
    await receipts.keep(1, of(5), nowUs)
    for (const again of [false, true]) {
      if (again) await reopen()
      expect(receipts.find(1, of(5))).to.equal(nowUs)
      for (const [device, message] of [
        [2, of(5)],
        [1, of(6)],
        [1, of(5, 'other')],
      ] as const)
        expect(receipts.find(device, message)).to.equal(undefined)
    }
  })

  it('a receipt is on the disk before it is reported, with the others of its turn', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, id) => receipts.keep(1, of(id), nowUs + id)))
    const text = readFileSync(file(), 'utf8')
    expect(text.trim().split('\n').length).to.equal(50)
    await reopen()
    expect(receipts.find(1, of(49))).to.equal(nowUs + 49)
  })

  it('a PUBREL or a clean session removes receipts, even after a restart', async () => {
    for (const id of [1, 2, 3]) await receipts.keep(1, of(id), nowUs)
    await receipts.keep(2, of(1), nowUs)
    await receipts.release(1, 2)
    await reopen()
    expect([1, 2, 3].map((id) => receipts.find(1, of(id)))).to.deep.equal([nowUs, undefined, nowUs])
    await receipts.forget(1)
    await reopen()
    expect(receipts.find(1, of(1))).to.equal(undefined)
    expect(receipts.find(2, of(1))).to.equal(nowUs)
  })

  it('a device keeps its 1000 newest receipts, and none older than seven days', async () => {
    for (let id = 1; id <= 1001; id++) await receipts.keep(1, of(id), nowUs)
    expect([receipts.find(1, of(1)), receipts.find(1, of(2))]).to.deep.equal([undefined, nowUs])
    await receipts.keep(1, of(7), nowUs - 8 * 86_400_000_000)
    expect(receipts.find(1, of(7))).to.equal(undefined)
  })

  it('receipts survive a truncated line, a damaged line and foreign lines', async () => {
    for (const id of [1, 2, 3]) await receipts.keep(1, of(id), nowUs)
    await receipts.close()
    const [first = '', second = '', third = ''] = readFileSync(file(), 'utf8').trim().split('\n')
    writeFileSync(file(), `\n${first}\n${second.replace('abc', 'abd')}\n${third.slice(0, -9)}`)
    await open()
    await receipts.keep(1, of(4), nowUs)
    await reopen()
    expect([1, 2, 3, 4].map((id) => receipts.find(1, of(id)))).to.deep.equal([
      nowUs,
      undefined,
      undefined,
      nowUs,
    ])
    await receipts.close()
    writeFileSync(file(), Buffer.alloc(5000, 0xff))
    await open()
    expect(receipts.find(1, of(1))).to.equal(undefined)
  })

  it('the file of receipts is rewritten with the valid ones before it grows large', async function () {
    this.timeout(60_000)
    await receipts.keep(2, of(1), nowUs)
    const written = Array.from({ length: 300 }, (_, round) =>
      Array.from({ length: 50 }, (_, id) => [
        receipts.keep(1, of(id, `${round}`.padEnd(43)), nowUs),
        receipts.release(1, id),
      ]),
    )
    await Promise.all(written.flat(2))
    await receipts.keep(1, of(1), nowUs)
    expect(statSync(file()).size).to.be.at.most(1500)
    await reopen()
    expect([receipts.find(1, of(1)), receipts.find(2, of(1))]).to.deep.equal([nowUs, nowUs])
  })

  it('an unreadable file of receipts is named in the error', async () => {
    const elsewhere = join(dataDir, 'elsewhere')
    mkdirSync(join(elsewhere, 'qos2-receipts.log'), { recursive: true })
    const error = await failureOf(openReceipts({ dataDir: elsewhere, log: createLog('test', 'silent') }))
    expect(error).to.include({ code: 'data_dir_unwritable' })
    expect(error.message).to.match(/^DATA_DIR: .*qos2-receipts\.log cannot be used .*EISDIR/)
  })

  it('a failed write of receipts is logged and delays no message', async () => {
    await receipts.close()
    await receipts.keep(1, of(1), nowUs)
    expect(lines.map((it) => it['event'])).to.deep.equal(['receipts_write_failed'])
  })
})
