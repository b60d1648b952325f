import childProcess from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'

/** Makes every server, connection and child process of this process fail, so that a pure test remains one. */
export function forbidServers(): void {
  const refuse = (what: string) => () => {
    throw new Error(`a pure test may not ${what}`)
  }
  net.Server.prototype.listen = refuse('listen')
  net.Socket.prototype.connect = refuse('connect')
  childProcess.spawn = refuse('start a process')
  childProcess.spawnSync = refuse('start a process')
  childProcess.execFileSync = refuse('start a process')
  childProcess.fork = refuse('start a process')
  syncBuiltinESMExports()
}
