import type { Metrics } from '../../kit/metrics.ts'

export type CommandMetrics = ReturnType<typeof createCommandMetrics>

export function createCommandMetrics(metrics: Metrics) {
  return {
    sent: metrics.counter(
      'commands_sent_total',
      'Commands sent to devices, again after a reconnect included',
    ),
    delivered: metrics.counter('commands_delivered_total', 'Commands whose receipt a device has confirmed'),
    answers: metrics.counter(
      'command_answers_total',
      'Answers of devices: acknowledged, failed, ignored (no such command, or answered before), bad (not an answer)',
      ['result'],
    ),
  }
}
