import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { expect } from 'chai'
import { lowerPriority } from '../../kit/priority.ts'

const NOBODY = 65_534
const weighsSessions = existsSync('/proc/self/autogroup')

describe('lowering the priority', () => {
  let sleepers: ChildProcess[]
  beforeEach(() => (sleepers = []))
  afterEach(async () => {
    for (const sleeper of sleepers) if (sleeper.kill('SIGKILL')) await once(sleeper, 'exit')
  })

  async function sleeper(options: { detached?: boolean; uid?: number } = {}): Promise<number> {
    const child = spawn('sleep', ['600'], options)
    sleepers.push(child)
    await once(child, 'spawn')
    return child.pid ?? 0
  }
  const sessionNice = (pid: number | 'self') =>
    weighsSessions ? Number(readFileSync(`/proc/${pid}/autogroup`, 'latin1').split(' ')[2]) : undefined
  const whereWeighed = (nice: number) => (weighsSessions ? nice : undefined)

  it('the priority of a process and its own session is lowered', async () => {
    const pid = await sleeper({ detached: true })
    await lowerPriority(pid)
    expect([getPriority(pid), sessionNice(pid)]).to.deep.equal([10, whereWeighed(10)])
    await lowerPriority(pid, 19)
    expect([getPriority(pid), sessionNice(pid)]).to.deep.equal([19, whereWeighed(19)])
  })

  it('the priority of all threads of a process is lowered', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log()'])
    sleepers.push(child)
    await once(child.stdout, 'data')
    const pid = child.pid ?? 0
    await lowerPriority(pid)
    const threads = existsSync('/proc') ? readdirSync(`/proc/${pid}/task`).map(Number) : [pid]
    expect(threads.length).to.be.greaterThan(existsSync('/proc') ? 1 : 0)
    expect(threads.map((thread) => getPriority(thread))).to.deep.equal(threads.map(() => 10))
  })

  it('a priority is never raised', async () => {
    const pid = await sleeper({ detached: true })
    await lowerPriority(pid, 15)
    await lowerPriority(pid, 5)
    expect([getPriority(pid), sessionNice(pid)]).to.deep.equal([15, whereWeighed(15)])
  })

  it('a session that is shared with others keeps its priority', async () => {
    const pid = await sleeper()
    const before = sessionNice('self')
    await lowerPriority(pid)
    expect([getPriority(pid), sessionNice('self')]).to.deep.equal([10, before])
  })

  it('several sessions are lowered despite the limit of ten a second for plain users', async () => {
    const uid = process.getuid?.() === 0 ? NOBODY : undefined
    const pids = []
    for (let n = 0; n < 3; n++) pids.push(await sleeper({ detached: true, ...(uid && { uid }) }))
    if (uid) process.seteuid?.(uid)
    try {
      await Promise.all(pids.map((pid) => lowerPriority(pid)))
    } finally {
      if (uid) process.seteuid?.(0)
    }
    expect(pids.map(sessionNice)).to.deep.equal(pids.map(() => whereWeighed(10)))
  })

  it('lowering the priority of an ended process has no effect', async () => {
    const pid = await sleeper()
    const [child] = sleepers
    child?.kill('SIGKILL')
    if (child) await once(child, 'exit')
    sleepers = []
    await lowerPriority(pid)
  })
})
