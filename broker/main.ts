import { writeToStream } from 'mqtt-packet'
import { loadConfig } from '../kit/config.ts'
import { messageOf } from '../kit/errors.ts'
import { createLog } from '../kit/log.ts'
import { onHangup, untilSignal } from '../kit/signals.ts'
import { hasTls } from '../kit/tls-settings.ts'
import { openBroker } from './broker.ts'

// aedes' packet library would make a buffer for each of 65,536 numbers, 8 MiB. It does not
// write most packets of a broker, the acknowledgements of telemetry.
writeToStream.cacheNumbers = false

try {
  const config = loadConfig(process.env, ['DATABASE_URL', 'JWT_SECRET'])
  const log = createLog('broker', config.LOG_LEVEL)
  const broker = await openBroker({ config, log })
  if (hasTls(config)) onHangup(() => broker.reloadCertificate())
  const { mqttPort, wsPort, mqttsPort, wssPort, statusPort } = broker
  process.send?.({ ready: true, mqttPort, wsPort, mqttsPort, wssPort, statusPort })

  const signal = await untilSignal()
  log.info({ event: 'broker_closing', signal }, 'broker closing')
  await broker.close()
  process.exit(0)
} catch (error) {
  process.stderr.write(`broker: ${messageOf(error)}\n`)
  process.exit(1)
}
