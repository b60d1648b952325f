import { openSpool } from '../../../../broker/ingest/spool/spool.ts'
import { createLog } from '../../../../kit/log.ts'

/** Appends forever to the spool of the given data directory, and prints each number once it is on the disk. */
const [, , dataDir = ''] = process.argv
const log = createLog('writer', 'error')
const spool = await openSpool({ dataDir, bytesMax: 1e9, log })
for (let n = 0; ; n++) {
  const message = {
    vehicleId: n,
    deviceId: 1,
    receivedAtMs: n,
    receivedUs: n * 1000,
    payload: Buffer.alloc(n % 3000, 65),
  }
  if (await spool.append([message])) process.stdout.write(`${n}\n`)
}
