import { expect } from 'chai'
import { GATE_LIMITS } from '../../../../broker/gate/limits.ts'
import { reasonToClose, type Session } from '../../../../broker/gate/sessions/session.ts'

const NOW = 1_767_225_600_000
const HOUR = 3_600_000
const identity = { expiresAtMs: NOW + 1 }
const edge = { lastPacketMs: NOW, unreadSinceMs: 0, isHeldBack: false }
const loggedIn = { edge, identity, keepaliveMs: 90_000, connect: undefined, loginUntilMs: NOW - 1 }
const starting = { ...loggedIn, identity: undefined, loginUntilMs: NOW + 1 }

describe('a session ends', () => {
  const silentFor = (ms: number, more: object = {}) => ({ ...edge, lastPacketMs: NOW - ms, ...more })

  for (const { when, session, reason } of [
    { when: 'never, while it is well', session: loggedIn, reason: undefined },
    { when: 'not before its time to log in is over', session: starting, reason: undefined },
    {
      when: 'without a CONNECT in time',
      session: { ...starting, loginUntilMs: NOW },
      reason: 'connect_timeout',
    },
    {
      when: 'when its CONNECT is not decided in time',
      session: { ...starting, connect: {}, loginUntilMs: NOW },
      reason: 'login_timeout',
    },
    {
      when: 'when its token expires',
      session: { ...loggedIn, identity: { expiresAtMs: NOW } },
      reason: 'token_expired',
    },
    {
      when: 'when it is silent beyond its keepalive',
      session: { ...loggedIn, edge: silentFor(90_001) },
      reason: 'keepalive',
    },
    { when: 'not just at it', session: { ...loggedIn, edge: silentFor(90_000) }, reason: undefined },
    {
      when: 'not while it is held back',
      session: { ...loggedIn, edge: silentFor(90_001, { isHeldBack: true }) },
      reason: undefined,
    },
    {
      when: 'without a keepalive after an hour',
      session: { ...loggedIn, keepaliveMs: 0, edge: silentFor(HOUR + 1) },
      reason: 'silent',
    },
    {
      when: 'with a keepalive of hours not before it',
      session: { ...loggedIn, keepaliveMs: 6 * HOUR, edge: silentFor(5 * HOUR) },
      reason: undefined,
    },
    {
      when: 'when it reads nothing for half a minute, also while it is held back',
      session: { ...loggedIn, edge: { ...edge, isHeldBack: true, unreadSinceMs: NOW - 30_001 } },
      reason: 'unread',
    },
  ]) {
    it(`${when}: ${reason ?? 'no reason'}`, () => {
      expect(reasonToClose(session as unknown as Session, NOW, GATE_LIMITS)).to.equal(reason)
    })
  }
})
