import { Command } from 'commander'
import { DEVICES_PER_VEHICLE_MAX, provision, type ProvisionOptions } from '../provision.ts'
import type { Surroundings } from './command.ts'
import { openApi, withLogin, type Login } from './login.ts'
import * as read from './options.ts'

export function provisionCommand({ progress, finish }: Surroundings): Command {
  const command = withLogin(new Command('provision'))
    .summary('create vehicles, devices and tokens through the API')
    .description(
      'Creates vehicles, devices in each, and a token for every device. Writes the logins to a file that only you ' +
        'can read. A second run with the same prefix continues where the first stopped. Other devices in the file are ' +
        'kept with their tokens.',
    )
    .requiredOption('--vehicles <n>', 'number of vehicles', read.count(1, 1_000_000))
    .requiredOption(
      '--out <file>',
      'credentials file to create or extend, tab-separated: client id, user name, token, vehicle',
    )
    .option(
      '--devices-per-vehicle <n>',
      'devices in each vehicle: a GPS tracker, an engine reader, and so on in turn',
      read.count(1, DEVICES_PER_VEHICLE_MAX),
      1,
    )
    .option('--prefix <text>', 'prefix of the keys', read.prefix, 'sim')
    .addHelpText('after', '\nExample:\n  npm run simulator -- provision --vehicles 1000 --out fleet.tsv')
  return command.action(
    async (options: Login & Pick<ProvisionOptions, 'vehicles' | 'devicesPerVehicle' | 'out' | 'prefix'>) => {
      const api = await openApi(options)
      const { vehicles } = options
      const result = await provision({
        ...options,
        api,
        onProgress: (done) => progress.show(done, `${Math.round(done * vehicles)} of ${vehicles} vehicles`),
      })
      const { vehicles_created, devices_created, tokens, kept, out, seconds } = result
      const others = kept === 0 ? '' : `; ${kept} other ${kept === 1 ? 'device' : 'devices'} kept in it`
      const news = `${vehicles_created} vehicles and ${devices_created} devices were new (${seconds} s)`
      const text = `${tokens} tokens in ${out}${others}; ${news}`
      finish({ result, text })
    },
  )
}
