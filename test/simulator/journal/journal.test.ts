import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { FleetwireError } from '../../../kit/errors.ts'
import { indexJournal, openMessages } from '../../../simulator/journal/read.ts'
import { openJournal, type Journal } from '../../../simulator/journal/write.ts'
import { draftOf } from '../../../simulator/traffic/draft.ts'

describe('the journal', () => {
  let folder = ''
  let file = ''
  const begin = () => openJournal(file, { at: 1000, seed: 1, broker: 'mqtt://test' })
  const send = (journal: Journal, id: number, vehicle = 'v-1') => {
    const draft = draftOf(
      [{ text: `{"time":${id},"speed":1.50}` }, { text: '{"x":"ü"}', code: 'unknown_field' }],
      true,
    )
    journal.sent(id, 2000, { vehicle, device: 'd-1', qos: 1 }, draft)
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'journal-'))
    file = join(folder, 'journal')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('sent, acknowledged and resent messages are read back', async () => {
    const journal = begin()
    for (const id of [1, 2, 3]) send(journal, id, id === 3 ? 'v-2' : 'v-1')
    journal.acked(1)
    journal.resent([2], 2400)
    journal.flush(2500)
    journal.close(3000)

    const index = await indexJournal(file)
    expect([...index.messages.keys()]).to.deep.equal(['v-1', 'v-2'])
    const [first, second] = index.messages.get('v-1') ?? []
    expect(first).to.include({ acked: true, sends: 1 })
    expect(second).to.include({ acked: false, sends: 2 })
    expect(index).to.include({ fromMs: 1000, toMs: 3000, torn: 0 })

    const messages = openMessages(file)
    const line = messages.read(first!)
    messages.close()
    expect(line.stored).to.deep.equal([{ time: 1, speed: 1.5 }])
    const payload = Buffer.from('{"x":"ü"}').toString('base64')
    expect(line.rejected).to.deep.equal([{ index: 1, code: 'unknown_field', payload }])
  })

  it('moves of devices and the sender of each message are read back', async () => {
    const journal = begin()
    send(journal, 1)
    const move = { moved: 'd-1', from: 'v-1', to: 'v-2', after: 2100, at: 2200 }
    journal.moved(move)
    send(journal, 2, 'v-2')
    journal.close(3000)
    const index = await indexJournal(file)
    expect(index.moves).to.deep.equal([move])
    const [first, second] = ['v-1', 'v-2'].map((it) => index.messages.get(it)?.[0])
    expect([first?.device, second?.device]).to.deep.equal(['d-1', 'd-1'])
    expect(first).to.include({ hasRefusals: true })
  })

  it('a message is in the file before flush returns, so that a kill loses none', () => {
    const journal = begin()
    send(journal, 1)
    journal.flush(2000)
    expect(readFileSync(file, 'utf8')).to.include('"sent":1')
    journal.close(3000)
  })

  it('the torn last line of a killed run is ignored, even when another run follows', async () => {
    const killed = begin()
    send(killed, 1)
    killed.acked(1)
    send(killed, 2)
    killed.flush(2000)
    const { size } = statSync(file)
    killed.close(2100)
    // Cuts off the end, the acks and half of message 2.
    truncateSync(file, size - '{"acked":[1],"at":2000}\n'.length - 20)
    expect((await indexJournal(file)).torn).to.equal(1)

    const next = begin()
    send(next, 1)
    next.acked(1)
    next.close(4000)
    const index = await indexJournal(file)
    expect(index.torn).to.equal(1)
    expect(index.messages.get('v-1')?.map((it) => it.acked)).to.deep.equal([false, true])
  })

  it('a file that is not a journal, or is damaged in the middle, is refused', async () => {
    appendFileSync(file, '{"time":1}\n')
    expect((await failure(indexJournal(file))).code).to.equal('journal_unusable')
    rmSync(file)
    const journal = begin()
    appendFileSync(file, 'half a li\n')
    send(journal, 1)
    journal.close(3000)
    expect((await failure(indexJournal(file))).message).to.include('line 2')
    expect((await failure(indexJournal(join(folder, 'none')))).code).to.equal('journal_unusable')
  })

  it('only the owner may access the journal', () => {
    begin().close(2000)
    expect(statSync(file).mode & 0o777).to.equal(0o600)
  })
})

async function failure(promise: Promise<unknown>): Promise<FleetwireError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof FleetwireError) return error
    throw error
  }
  throw new Error('it did not fail')
}
