import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { readDocument, ROOT } from './sections.ts'

/** The shell blocks of a document, in order. */
export function shellBlocksOf(file: string): string[] {
  return [...readDocument(file).matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
}

// Not import.meta.resolve, which a file that mocha requires does not have.
const TSX = createRequire(import.meta.url).resolve('tsx')

/**
 * Writes programs that replace the real ones, so that the blocks run unchanged against an installation at other ports.
 * They pass everything on except the installation's address. `npm ci` does nothing, because the packages are those of
 * this checkout, and `npm start` and `npm run simulator` run in the current folder.
 * @returns environment variables for a shell; add `API_PORT` and `MQTT_PORT_HERE` once the ports are known
 */
export function writePrograms(folder: string): { PATH: string } {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const write = (name: string, text: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}`, { mode: 0o755 })
  write('curl', `exec ${pathOf('curl')} --connect-to "127.0.0.1:3000:127.0.0.1:$API_PORT" "$@"\n`)
  for (const program of ['mosquitto_pub', 'mosquitto_sub'])
    write(
      program,
      `for it; do shift; [ "$it" = 1883 ] && it=$MQTT_PORT_HERE; set -- "$@" "$it"; done
exec ${pathOf(program)} "$@"\n`,
    )
  const node = `exec ${process.execPath} --import ${TSX}`
  write(
    'npm',
    `case "$1 $2 $4" in
'ci  ') ;;
'start  ') ${node} ${ROOT}main.ts ;;
'run simulator run') shift 3; ${node} ${ROOT}simulator/main.ts "$@" --broker "mqtt://127.0.0.1:$MQTT_PORT_HERE" ;;
'run simulator '*) shift 3; ${node} ${ROOT}simulator/main.ts "$@" --api "http://127.0.0.1:$API_PORT" ;;
*) echo "npm $*: not known here" >&2; exit 1 ;;
esac\n`,
  )
  return { PATH: `${bin}:${process.env['PATH'] ?? ''}` }
}

function pathOf(program: string): string {
  return spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim()
}
