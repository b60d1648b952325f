import { readFileSync } from 'node:fs'

/** Clock ticks of /proc/PID/stat; always 100 a second in user space on Linux (`getconf CLK_TCK`). */
const TICKS_PER_S = 100

/** Seconds of CPU that all threads of a process have used so far. Linux only. */
export function readCpuS(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field is the program's name, which may have spaces; utime and stime are fields 14 and 15 (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S
}
