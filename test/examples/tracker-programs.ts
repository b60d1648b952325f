import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand, type Running } from '../support/processes.ts'
import { findPahos, maySkip, whySkipped } from './installed.ts'

/** A tracker in examples/, run like its users run it. */
export interface TrackerProgram {
  name: string
  /** For the title: the reason why the tracker is skipped; empty if it runs. */
  skipped: string
  speaksTls: boolean
  /** Ends at SIGTERM when everything is acknowledged. */
  endsPolitely: boolean
  start(env: Record<string, string>): Promise<Running>
}

const pathOf = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))

export function trackerPrograms(): TrackerProgram[] {
  return [node(), ...pythons(), arduino()]
}

function node(): TrackerProgram {
  const start = async (env: Record<string, string>) =>
    runCommand(process.execPath, [pathOf('examples/node/tracker.mjs')], env)
  return { name: 'tracker.mjs', skipped: '', speaksTls: true, endsPolitely: true, start }
}

function pythons(): TrackerProgram[] {
  const found = findPahos()
  // In CI, a missing program fails the test.
  if (found.size === 0) found.set('', 'python3')
  const skipped = found.has('') && maySkip ? ' (skipped: no paho-mqtt here)' : ''
  return [...found].map(([version, python]) => ({
    name: `tracker.py with paho-mqtt ${version}`,
    skipped,
    speaksTls: true,
    endsPolitely: true,
    start: async (env) => runCommand(python, [pathOf('examples/python/tracker.py')], env),
  }))
}

/** The sketch as a program of this machine, with stubs of the ESP32 core and the MQTT library. */
function arduino(): TrackerProgram {
  return {
    name: 'tracker.ino on stubs of its libraries',
    skipped: whySkipped('g++'),
    speaksTls: false,
    endsPolitely: false,
    async start(env) {
      const folder = mkdtempSync(join(tmpdir(), 'fleetwire-sketch-'))
      const program = join(folder, 'tracker')
      const built = runCommand('g++', [...compilerArguments(env), '-o', program])
      const status = await built.ended
      if (status !== 0) throw new Error(`g++ ended with ${status}: ${built.output()}`)
      const running = runCommand(program, [])
      void running.ended.then(() => rmSync(folder, { recursive: true }))
      return running
    },
  }
}

function compilerArguments(env: Record<string, string>): string[] {
  const { MQTT_HOST, MQTT_PORT, DEVICE, VEHICLE, DEVICE_TOKEN, INTERVAL_S } = env
  const texts = { MQTT_HOST, DEVICE, VEHICLE, DEVICE_TOKEN }
  return [
    '-std=c++17',
    '-Wall',
    '-Wextra',
    '-Werror',
    `-I${pathOf('test/examples/stubs')}`,
    '-include',
    'Arduino.h',
    ...Object.entries(texts).map(([name, text]) => `-D${name}=${JSON.stringify(text)}`),
    `-DMQTT_PORT=${MQTT_PORT}`,
    `-DINTERVAL_MS=${Number(INTERVAL_S) * 1000}`,
    '-xc++',
    pathOf('examples/arduino/tracker/tracker.ino'),
    pathOf('test/examples/stubs/main.cpp'),
  ]
}
