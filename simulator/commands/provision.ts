import { Command } from 'commander'
import { DEVICES_PER_VEHICLE_MAX, provision, type ProvisionOptions } from '../provision.ts'
import type { Surroundings } from './command.ts'
import { openApi, withLogin, type Login } from './login.ts'
import * as read from './options.ts'

export function provisionCommand({ progress, finish }: Surroundings): Command {
  const command = withLogin(new Command('provision'))
    .summary('create vehicles, devices and tokens through the API')
    .description(
      'Creates vehicles, devices in each and a token for every device, and writes the logins to a file that only ' +
        'you can read. Run again with the same prefix it goes on where it stopped. Other devices that the file has ' +
        'stay in it with their tokens.',
    )
    .requiredOption('--vehicles <n>', 'how many vehicles there shall be', read.count(1, 1_000_000))
    .requiredOption(
      '--out <file>',
      'where the logins go, added to what it has: client id, user name, token, vehicle, with tabs between',
    )
    .option(
      '--devices-per-vehicle <n>',
      'devices of each vehicle: a GPS tracker, a reader of its engine, and so on in turn',
      read.count(1, DEVICES_PER_VEHICLE_MAX),
      1,
    )
    .option('--prefix <text>', 'what the keys begin with', read.prefix, 'sim')
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
