import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A copy of the migrations with smaller numbers only, in a directory that the caller removes. */
export function migrationsBefore(number: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'fleetwire-'))
  cpSync('sql', directory, { recursive: true })
  for (const folder of ['.', 'plain', 'apache', 'community'].map((it) => join(directory, it)))
    for (const file of readdirSync(folder))
      if (/^\d{3}\./.test(file) && file >= number) rmSync(join(folder, file))
  return directory
}
