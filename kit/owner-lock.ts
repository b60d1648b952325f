import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { codeOf, FleetwireError } from './errors.ts'

/**
 * Makes this process the only owner of a directory until it releases it or ends, however it ends.
 * @param file in that directory; holds the pid of the owner and the start of its process
 * @throws FleetwireError `data_dir_in_use`
 */
export async function takeOwnership(file: string, directory: string): Promise<{ release(): Promise<void> }> {
  const mine = `${file}.${randomUUID()}`
  await writeFile(mine, await identityOf(process.pid))
  try {
    for (;;) {
      // Like an exclusive create, but the file is complete from the first moment.
      if (await made(link(mine, file))) return { release: () => rm(file, { force: true }) }
      const taken = `${mine}.old`
      await refuseLiving(file, directory)
      // Of several processes that find a dead owner's file, only one can take it away.
      if (!(await made(rename(file, taken)))) continue
      try {
        await refuseLiving(taken, directory)
      } catch (error) {
        // Another process was faster and this is its new file.
        await made(link(taken, file))
        throw error
      } finally {
        await rm(taken, { force: true })
      }
    }
  } finally {
    await rm(mine, { force: true })
  }
}

async function refuseLiving(file: string, directory: string): Promise<void> {
  const owner = await readFile(file, 'utf8').catch(() => '')
  const pid = Number.parseInt(owner, 10)
  if (!(pid > 0) || owner !== (await identityOf(pid))) return
  throw new FleetwireError('data_dir_in_use', `${directory} is in use by the process ${pid}: stop it first`)
}

/** A pid alone is not enough: in a container that was killed and started again, the same pid is another process. */
async function identityOf(pid: number): Promise<string> {
  return `${pid} ${isAlive(pid) ? await beginOf(pid) : 'dead'}\n`
}

async function beginOf(pid: number): Promise<string> {
  try {
    // proc(5): field 22, in clock ticks since boot. The second field, in brackets, may hold anything.
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const [boot = ''] = /^btime \d+$/m.exec(await readFile('/proc/stat', 'utf8')) ?? []
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie is dead; its parent has not read its status yet.
    return fields[0] === 'Z' ? 'dead' : `${fields[19]} ${boot}`
  } catch {
    return 'alive'
  }
}

/** Whether a process with this pid exists, ours or not. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

async function made(step: Promise<void>): Promise<boolean> {
  try {
    await step
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return false
    throw error
  }
}
