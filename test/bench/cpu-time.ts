import { readFileSync } from 'node:fs'

/** Of /proc/PID/stat; Linux has had 100 in user space since ever (`getconf CLK_TCK`). */
const TICKS_PER_S = 100

/** Seconds of CPU that a process has used so far, all of its threads. Linux only. */
export function readCpuS(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field is the program's name, which may have spaces; utime and stime are fields 14 and 15 (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S
}
