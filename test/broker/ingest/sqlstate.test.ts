import { expect } from 'chai'
import { classify, type Failure } from '../../../broker/ingest/sqlstate.ts'

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const MEANING: Record<Failure, Record<string, string>> = {
  unique: { 'unique violation': '23505' },
  moved: { 'error of expect_moves': 'FW001' },
  row: {
    'string right truncation': '22001',
    'number out of range': '22003',
    'time out of range': '22008',
    'character that is not in the repertoire': '22021',
    'untranslatable character': '22P05',
    'bad binary representation': '22P03',
    'not null violation': '23502',
    'foreign key violation': '23503',
    'check violation, also a row without a partition': '23514',
    'exclusion violation': '23P01',
    'raise exception of a trigger': 'P0001',
    'index entry that is too large': '54000',
  },
  away: {
    'connection exception': '08006',
    'read only transaction': '25006',
    'wrong password': '28P01',
    'missing database': '3D000',
    'insufficient privilege': '42501',
    'missing table': '42P01',
    'missing column': '42703',
    'disk full': '53100',
    'out of memory': '53200',
    'too many connections': '53300',
    'database starting up': '57P03',
    'i/o error': '58030',
    'refused connection': 'ECONNREFUSED',
    'connection that timed out': 'CONNECT_TIMEOUT',
  },
  retry: {
    'serialization failure': '40001',
    deadlock: '40P01',
    'query cancelled': '57014',
    'killed backend': '57P01',
    'closed connection': 'CONNECTION_CLOSED',
    'connection that the broker cut': 'severed',
    'broken pipe': 'EPIPE',
    'out of file descriptors': 'EMFILE',
    'certificate of the server': 'CERT_HAS_EXPIRED',
    'code that only begins like an SQLSTATE': '22',
    'code that only ends like an SQLSTATE': 'x22P05',
  },
  unclear: {
    'lock not available': '55P03',
    'internal error': 'XX000',
    'out of a foreign data wrapper': 'HV000',
  },
}

describe('failures of writes', () => {
  for (const [failure, codes] of Object.entries(MEANING)) {
    for (const [name, code] of Object.entries(codes)) {
      it(`${code} (${name}) is classified as ${failure}`, () => {
        expect(classify(Object.assign(new Error(name), { code }))).to.equal(failure)
      })
    }
  }

  it('a write that fails without a code is retried', () => {
    for (const error of [new Error('x'), undefined, null, 'text', 22, { code: 22 }, { code: 23_505 }]) {
      expect(classify(error)).to.equal('retry')
    }
  })
})
