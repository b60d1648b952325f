import { Command, Option } from 'commander'
import { describeVerify } from '../verify/describe.ts'
import { verify } from '../verify/verify.ts'
import type { Surroundings } from './command.ts'
import { openApi, withLogin, type Login } from './login.ts'
import * as read from './options.ts'

export function verifyCommand({ progress, finish }: Surroundings): Command {
  const command = withLogin(new Command('verify'))
    .summary('compare the database with what was sent')
    .description(
      'Asks the API for everything that the vehicles of a journal have stored, and compares: each acknowledged ' +
        'reading is there once with its values, each refused one is a dead letter with its bytes, and nothing is ' +
        'there that was never sent. A broker that bounds dead letters (DEVICE_REJECTED_PER_S, DEVICE_REJECTED_BYTES_PER_S) keeps ' +
        'none beyond its bounds: set both to 0 for runs with many faults.',
    )
    .requiredOption('--journal <file>', 'what the command run wrote')
    .addOption(
      new Option('--settle <time>', 'ask again for so long before something counts as missing: 30s, 5m')
        .argParser(read.wait)
        .default(0, '0s'),
    )
    .addHelpText('after', '\nExample:\n  npm run simulator -- verify --journal fleet.tsv.journal')
    .addHelpText('after', '\nExit status: 0 all is well, 1 something is not, 2 wrong usage or no connection.')
  return command.action(async (options: Login & { journal: string; settle: number }) => {
    const api = await openApi(options)
    const onProgress = (done: number) => progress.show(done, 'of the vehicles compared')
    const result = await verify({ journal: options.journal, api, settleMs: options.settle, onProgress })
    finish({ result, text: describeVerify(result) })
  })
}
