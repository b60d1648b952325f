import { spawnSync } from 'node:child_process'

/** In CI a missing program fails the tests: .ci/run installs all of them. */
export const maySkip = process.env['CI'] === undefined

/** For the title of a suite: the missing programs that it needs, or nothing. */
export function whySkipped(...programs: string[]): string {
  const missing = programs.filter((it) => spawnSync(it, ['--help']).error !== undefined)
  return maySkip && missing.length > 0 ? ` (skipped: no ${missing.join(', ')} here)` : ''
}

/** Pythons that have paho-mqtt, by its version: Debian's, the one in `PAHO_PYTHON`, and the one in the path. */
export function findPahos(): Map<string, string> {
  const found = new Map<string, string>()
  for (const python of ['/usr/bin/python3', process.env['PAHO_PYTHON'] ?? 'python3', 'python3']) {
    const { status, stdout } = spawnSync(python, ['-c', 'import paho.mqtt; print(paho.mqtt.__version__)'])
    const version = status === 0 ? stdout.toString().trim() : ''
    if (version !== '' && !found.has(version)) found.set(version, python)
  }
  return found
}
