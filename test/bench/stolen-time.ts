import { existsSync, readFileSync } from 'node:fs'

const FILE = '/proc/stat'

/**
 * Begins to measure the share of the processors' time that the host of a virtual machine uses for others. The returned
 * function describes it in a phrase; '' if the system does not report it (only Linux does).
 */
export function watchStolenTime(): () => string {
  const before = readTicks()
  return () => {
    const after = readTicks()
    if (!before || !after || after.all === before.all) return ''
    const share = (after.stolen - before.stolen) / (after.all - before.all)
    return `stolen by the host: ${Math.round(share * 100)} %`
  }
}

/**
 * Times of all processors since the system started: proc(5), the line "cpu". The time of guests is already part of user
 * and nice.
 */
function readTicks(): { stolen: number; all: number } | undefined {
  if (!existsSync(FILE)) return undefined
  const [line = ''] = readFileSync(FILE, 'utf8').split('\n', 1)
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, stolen = 0] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return { stolen, all: user + nice + system + idle + iowait + irq + softirq + stolen }
}
