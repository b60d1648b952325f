import { Command, Option } from 'commander'
import { describeVerify } from '../verify/describe.ts'
import { verify } from '../verify/verify.ts'
import type { Surroundings } from './command.ts'
import { openApi, withLogin, type Login } from './login.ts'
import * as read from './options.ts'

export function verifyCommand({ progress, finish }: Surroundings): Command {
  const command = withLogin(new Command('verify'))
    .summary('compare the database with a journal')
    .description(
      'Reads everything that the API has of the vehicles in a journal, and checks that each acknowledged reading is ' +
        'stored once with its values, that each rejected one is a dead letter with its bytes, and that nothing else is ' +
        'stored. Dead letters beyond DEVICE_REJECTED_PER_S and DEVICE_REJECTED_BYTES_PER_S are not kept: set both to ' +
        '0 for runs with many faults.',
    )
    .requiredOption('--journal <file>', 'journal file written by the command run')
    .addOption(
      new Option(
        '--settle <time>',
        'how long to check missing readings again before they count as missing: 30s, 5m',
      )
        .argParser(read.wait)
        .default(0, '0s'),
    )
    .addHelpText('after', '\nExample:\n  npm run simulator -- verify --journal fleet.tsv.journal')
    .addHelpText(
      'after',
      '\nExit status: 0 no differences, 1 differences found, 2 wrong usage or no connection.',
    )
  return command.action(async (options: Login & { journal: string; settle: number }) => {
    const api = await openApi(options)
    const onProgress = (done: number) => progress.show(done, 'of the vehicles compared')
    const result = await verify({ journal: options.journal, api, settleMs: options.settle, onProgress })
    finish({ result, text: describeVerify(result) })
  })
}
