import { Option, type Command } from 'commander'
import { FleetwireError } from '../../kit/errors.ts'
import { logIn, type ApiClient } from '../api-client.ts'
import * as read from './options.ts'

export interface Login {
  api: string
  email: string
  password?: string
  /** PEM */
  ca?: string
}

/** Adds the options of commands that use the API. */
export function withLogin(command: Command): Command {
  return withAccount(command).option(
    '--ca <file>',
    'PEM file of the authorities to trust for https://',
    read.certificates,
  )
}

/** The same for a command that has a `--ca` of its own. */
export function withAccount(command: Command): Command {
  return command
    .option('--api <url>', 'where the API is', read.url('http', 'https'), 'http://127.0.0.1:3000')
    .addOption(
      new Option('--email <text>', 'login of an administrator').env('ADMIN_EMAIL').default('admin@localhost'),
    )
    .addOption(new Option('--password <text>', 'and the password').env('ADMIN_PASSWORD'))
}

/** Throws `bad_usage` without a password, and the errors of `logIn`. */
export function openApi({ api, email, password, ca }: Login): Promise<ApiClient> {
  if (password) return logIn({ api, email, password, ca })
  throw new FleetwireError(
    'bad_usage',
    'a password is needed: ADMIN_PASSWORD in the environment, or --password',
  )
}
