import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { codeOf, FleetwireError, messageOf } from './errors.ts'

/** A file with PEM blocks, and the setting that names it: every error contains both. */
export interface PemFile {
  setting: string
  path: string
}

/**
 * The bundle of all public authorities is 200 KiB.
 * @limit a certificate file | it is refused
 */
const FILE_BYTES_MAX = 1024 * 1024
const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g
const BEGIN = /-----BEGIN CERTIFICATE-----/g

/** Throws `bad_certificate`. */
export async function readPem(file: PemFile): Promise<string> {
  try {
    // A pipe would block the start, and would be empty the second time.
    const about = await stat(file.path)
    if (!about.isFile()) throw new Error('it is not a file')
    if (about.size > FILE_BYTES_MAX) throw new Error(`it is larger than ${FILE_BYTES_MAX} bytes`)
    return await readFile(file.path, 'utf8')
  } catch (error) {
    throw badPem(file, `cannot be read: ${codeOf(error) || messageOf(error)}`)
  }
}

/** All certificates of a file. A certificate that is cut off, as in a half-written file, throws `bad_certificate`. */
export function certificatesIn(text: string, file: PemFile): X509Certificate[] {
  const blocks = text.match(BLOCK) ?? []
  if (blocks.length === 0) throw badPem(file, 'holds no PEM certificate')
  if (blocks.length !== text.match(BEGIN)?.length) throw badPem(file, 'holds a certificate that is cut off')
  return blocks.map((block, n) => {
    try {
      return new X509Certificate(block)
    } catch (error) {
      throw badPem(file, `is malformed: certificate ${n + 1} cannot be parsed (${codeOf(error)})`)
    }
  })
}

/** An error without a cause: OpenSSL's message may quote the file, which may hold a private key. */
export function badPem({ setting, path }: PemFile, what: string): FleetwireError {
  return new FleetwireError('bad_certificate', `${setting}: ${path} ${what}`)
}
