import { expect } from 'chai'
import { GATE_LIMITS } from '../../../../broker/gate/limits.ts'
import { reasonToClose, type Session } from '../../../../broker/gate/sessions/session.ts'

const NOW = 1_767_225_600_000
const HOUR = 3_600_000
const identity = { expiresAtMs: NOW + 1 }
const edge = { lastPacketMs: NOW, unreadSinceMs: 0, isHeldBack: false }
const loggedIn = { edge, identity, keepaliveMs: 90_000, connect: undefined, loginUntilMs: NOW - 1 }
const starting = { ...loggedIn, identity: undefined, loginUntilMs: NOW + 1 }

describe('reasons to close a session', () => {
  const silentFor = (ms: number, more: object = {}) => ({ ...edge, lastPacketMs: NOW - ms, ...more })

  for (const { when, session, reason } of [
    { when: 'that is well', session: loggedIn, reason: undefined },
    { when: 'that still has time to log in', session: starting, reason: undefined },
    {
      when: 'without a CONNECT in time',
      session: { ...starting, loginUntilMs: NOW },
      reason: 'connect_timeout',
    },
    {
      when: 'whose CONNECT is not decided in time',
      session: { ...starting, connect: {}, loginUntilMs: NOW },
      reason: 'login_timeout',
    },
    {
      when: 'whose token has expired',
      session: { ...loggedIn, identity: { expiresAtMs: NOW } },
      reason: 'token_expired',
    },
    {
      when: 'that is silent beyond its keepalive',
      session: { ...loggedIn, edge: silentFor(90_001) },
      reason: 'keepalive',
    },
    {
      when: 'that is silent for exactly its keepalive',
      session: { ...loggedIn, edge: silentFor(90_000) },
      reason: undefined,
    },
    {
      when: 'that is silent while it is held back',
      session: { ...loggedIn, edge: silentFor(90_001, { isHeldBack: true }) },
      reason: undefined,
    },
    {
      when: 'without a keepalive, silent for over an hour,',
      session: { ...loggedIn, keepaliveMs: 0, edge: silentFor(HOUR + 1) },
      reason: 'silent',
    },
    {
      when: 'with a keepalive of 6 hours, silent for 5 hours,',
      session: { ...loggedIn, keepaliveMs: 6 * HOUR, edge: silentFor(5 * HOUR) },
      reason: undefined,
    },
    {
      when: 'that reads nothing for 30 s, even while it is held back,',
      session: { ...loggedIn, edge: { ...edge, isHeldBack: true, unreadSinceMs: NOW - 30_001 } },
      reason: 'unread',
    },
  ]) {
    it(`a session ${when} ends for this reason: ${reason ?? 'none'}`, () => {
      expect(reasonToClose(session as unknown as Session, NOW, GATE_LIMITS)).to.equal(reason)
    })
  }
})
