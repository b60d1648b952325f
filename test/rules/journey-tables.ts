import { every, type Answer, type Line } from './journey-lines.ts'

/** Readings and the journeys in them, calculated by hand. */
export const JOURNEY_TABLES: Record<string, { lines: Line[]; journeys: Answer[] }> = {
  'a vehicle that stands is at a stop after three minutes': {
    lines: [
      [0, 0, 0],
      [60, 0, 0],
      [120, 0, 0],
      [180, 0, 0],
    ],
    journeys: [['stop', 0, null, 0]],
  },
  'a vehicle that stands for less has no journey yet': {
    lines: [
      [0, 0, 0],
      [60, 0, 0],
      [120, 0, 0],
      [179, 0, 0],
    ],
    journeys: [],
  },
  'a trip begins at its first moving reading and ends at the first standing one': {
    lines: [
      [0, 0, 0],
      [180, 0, 0],
      [190, 50, 30],
      [200, 150, 40],
      [210, 260, 30],
      [220, 300, 0],
      [300, 300, 0],
      [400, 300, 0],
    ],
    journeys: [
      ['stop', 0, 190, 0],
      ['trip', 190, 220, 300],
      ['stop', 220, null, 0],
    ],
  },
  // A lorry takes seconds to reach 5 km/h, and rolls for seconds below 3 km/h.
  'a trip begins and ends at rest': {
    lines: [
      [0, 0, 0],
      [180, 0, 0],
      [185, 0, 0],
      [186, 0, 1],
      [187, 1, 3],
      [188, 3, 6],
      [208, 300, 50],
      [228, 580, 2.5],
      [229, 581, 1],
      [231, 581, 0],
      [240, 581, 0],
      [411, 581, 0],
    ],
    journeys: [
      ['stop', 0, 185, 0],
      ['trip', 185, 231, 579],
      ['stop', 231, null, 0],
    ],
  },
  'rest that is more than five seconds away is not waited for': {
    lines: [
      [0, 0, 0],
      [180, 0, 0],
      [182, 0, 2],
      [186, 3, 6],
      [206, 300, 50],
      [226, 580, 2.5],
      [231, 582, 2],
      [232, 582, 0],
      [409, 582, 0],
    ],
    journeys: [
      ['stop', 0, 186, 0],
      ['trip', 186, 226, 580],
      ['stop', 226, null, 0],
    ],
  },
  'a corner between two readings is seen from their speeds': {
    // 30 km/h for 20 s are 167 m, and the line is 120 m: the way is taken for the mean of both.
    lines: [
      [0, 0, 30],
      [24, 200, 30],
      [44, 320, 30],
      [68, 520, 30],
    ],
    journeys: [['trip', 0, null, 543]],
  },
  'a trip that has only begun is open': {
    lines: [
      [0, 0, 0],
      [180, 0, 0],
      [190, 50, 30],
      [200, 210, 60],
    ],
    journeys: [
      ['stop', 0, 190, 0],
      ['trip', 190, null, 210],
    ],
  },
  'a trip that lasts for more than a day is open all the time': {
    lines: every(240, 0, 26 * 3600, (s): Line => [s, s % 480 === 0 ? 0 : 4800, 72]),
    // Positions are rounded to 11 mm, so 390 ways of 4800 m are 2 m short.
    journeys: [['trip', 0, null, 1_871_998]],
  },
  'a red light of less than three minutes is part of the trip': {
    lines: [
      [0, 0, 50],
      [20, 280, 50],
      [40, 560, 0],
      [200, 560, 0],
      [219, 560, 50],
      [240, 850, 50],
      [260, 1130, 50],
    ],
    journeys: [['trip', 0, null, 1130]],
  },
  'a stop of just three minutes divides the trip': {
    lines: [
      [0, 0, 50],
      [20, 280, 50],
      [40, 560, 0],
      [200, 560, 0],
      [220, 560, 50],
      [240, 850, 50],
      [260, 1130, 50],
    ],
    journeys: [
      ['trip', 0, 40, 560],
      ['stop', 40, 220, 0],
      ['trip', 220, null, 570],
    ],
  },
  'the reading after a stop alone may confirm it': {
    lines: [
      [0, 0, 50],
      [20, 280, 50],
      [40, 560, 0],
      [230, 560, 50],
      [250, 840, 50],
    ],
    journeys: [
      ['trip', 0, 40, 560],
      ['stop', 40, 230, 0],
      ['trip', 230, null, 280],
    ],
  },
  'ignition off for thirty seconds makes a stop': {
    lines: [
      [0, 0, 50, 'i'],
      [20, 280, 50],
      [40, 560, 0],
      [50, 560, 0, 'o'],
      [80, 560, 0],
      [90, 560, 0, 'i'],
      [100, 600, 30],
      [120, 900, 50],
    ],
    journeys: [
      ['trip', 0, 40, 560],
      ['stop', 40, 100, 0],
      ['trip', 100, null, 340],
    ],
  },
  'ignition off for less, like an engine that stops at a light, makes no stop': {
    lines: [
      [0, 0, 50, 'i'],
      [20, 280, 50],
      [40, 560, 0],
      [50, 560, 0, 'o'],
      [79, 560, 0, 'i'],
      [100, 600, 30],
      [120, 900, 50],
    ],
    journeys: [['trip', 0, null, 900]],
  },
  'two short times of ignition off do not add up': {
    lines: [
      [0, 0, 50, 'i'],
      [20, 280, 50],
      [40, 560, 0, 'o'],
      [60, 560, 0, 'i'],
      [70, 560, 0, 'o'],
      [90, 560, 0, 'i'],
      [100, 600, 30],
      [120, 900, 50],
    ],
    journeys: [['trip', 0, null, 900]],
  },
  'movement of less than 200 m and a minute is part of the stop': {
    lines: [
      [0, 0, 0],
      [200, 0, 0],
      [210, 40, 20],
      [220, 90, 20],
      [230, 150, 0],
      [300, 150, 0],
      [420, 150, 0],
    ],
    journeys: [['stop', 0, null, 0]],
  },
  'a minute of movement within 100 m is part of the stop': {
    lines: [
      [0, 0, 0],
      [200, 0, 0],
      ...every(10, 210, 330, (s): Line => [s, s % 20 === 0 ? 0 : 90, 30]),
      [340, 0, 0],
    ],
    journeys: [['stop', 0, null, 0]],
  },
  'a minute of movement that leaves the 100 m is a trip': {
    lines: [
      [0, 0, 0],
      [200, 0, 0],
      [210, 20, 6],
      [240, 70, 6],
      [269, 99, 4],
      [270, 105, 6],
    ],
    journeys: [
      ['stop', 0, 210, 0],
      ['trip', 210, null, 105],
    ],
  },
  'movement of ten minutes that was no trip is drift': {
    lines: [
      [0, 0, 0],
      [200, 0, 0],
      ...every(60, 260, 920, (s): Line => [s, (s / 20) % 2 === 0 ? 0 : 60, 6]),
      [980, 0, 0],
    ],
    journeys: [['stop', 0, null, 0]],
  },
  'a position far from the stop that stands still does not end it': {
    lines: [
      [0, 0, 0],
      [200, 0, 0],
      [260, 130, 0],
      [320, 0, 0],
      [380, 90, 0],
    ],
    journeys: [['stop', 0, null, 0]],
  },
  'a position that drifts away while the vehicle stands makes no trip of a short move': {
    lines: [
      [0, 0, 0],
      [200, 0, 0],
      [210, 50, 20],
      [220, 100, 0],
      [230, 250, 0],
      [300, 250, 0],
      [410, 250, 0],
    ],
    journeys: [['stop', 0, null, 0]],
  },
  'a trip is measured from the median of the newest positions of its stop': {
    // One of them is 190 m off: the trip must reach 200 m from the others.
    lines: [
      [0, 0, 0],
      [60, 0, 0],
      [120, 0, 0],
      [180, 0, 0],
      [200, -190, 0],
      [210, 20, 20],
      [220, 90, 25],
      [230, 199, 25],
    ],
    journeys: [['stop', 0, null, 0]],
  },
  'the median is that of exactly nine positions': {
    // 90 m to the north of a place. With eight or ten readings this would be the place itself, and 250 m from there
    // would be a trip.
    lines: [
      [0, 0, 0],
      ...every(30, 30, 150, (s): Line => [s, 90, 0]),
      ...every(30, 180, 270, (s): Line => [s, 0, 0]),
      [280, 150, 30],
      [290, 250, 30],
    ],
    journeys: [['stop', 0, null, 0]],
  },
  'without positions a minute of movement is a trip': {
    lines: [
      [0, null, 0],
      [180, null, 0],
      [190, null, 30],
      [220, null, 30],
      [249, null, 30],
      [250, null, 30],
    ],
    journeys: [
      ['stop', 0, 190, 0],
      ['trip', 190, null, 0],
    ],
  },
  'without speeds, movement is found from positions': {
    lines: [
      [0, 0, null],
      [100, 0, null],
      [200, 0, null],
      [210, 100, null],
      [220, 300, null],
      [230, 300, null],
    ],
    journeys: [
      ['stop', 0, 210, 0],
      ['trip', 210, null, 300],
    ],
  },
  'exactly five minutes without a reading are not a gap': {
    lines: [
      [0, 0, 50],
      [300, 4000, 50],
      [600, 8000, 50],
    ],
    journeys: [['trip', 0, null, 8000]],
  },
  'more than five minutes are a gap, with the distance between its ends': {
    lines: [
      [0, 0, 50],
      [60, 800, 50],
      [361, 5000, 50],
      [421, 5800, 50],
    ],
    journeys: [
      ['trip', 0, 60, 800],
      ['gap', 60, 361, 4200],
      ['trip', 361, null, 800],
    ],
  },
  'a gap ends a stop at its last reading': {
    lines: [
      [0, 0, 0],
      [200, 0, 0],
      [800, 0, 0],
      [1000, 0, 0],
    ],
    journeys: [
      ['stop', 0, 200, 0],
      ['gap', 200, 800, 0],
      ['stop', 800, null, 0],
    ],
  },
  'a gap ends a trip whose short stop had begun': {
    lines: [
      [0, 0, 50],
      [60, 800, 50],
      [120, 1600, 0],
      [200, 1600, 0],
      [900, 1600, 0],
    ],
    journeys: [
      ['trip', 0, 200, 1600],
      ['gap', 200, 900, 0],
    ],
  },
  'single readings between gaps have no journey': {
    lines: [
      [0, 0, 0],
      [3600, 0, 0],
      [7200, 0, 0],
    ],
    journeys: [
      ['gap', 0, 3600, 0],
      ['gap', 3600, 7200, 0],
    ],
  },
  'a gap has no distance when the reading after it has no position': {
    lines: [
      [0, 0, 50],
      [60, 800, 50],
      [400, null, 50],
      [410, 5000, 50],
    ],
    journeys: [
      ['trip', 0, 60, 800],
      ['gap', 60, 400, null],
    ],
  },
  'the way from a standing reading to the first moving one belongs to the trip': {
    lines: [
      [0, 0, 0],
      [180, 0, 0],
      [240, 500, 40],
      [300, 1300, 40],
    ],
    journeys: [
      ['stop', 0, 240, 0],
      ['trip', 240, null, 1300],
    ],
  },
  'drift at a stop is not in the distance of the next trip': {
    lines: [
      [0, 0, 0],
      [60, 60, 0],
      [120, -60, 0],
      [180, 60, 0],
      [240, 0, 0],
      [250, 100, 40],
      [260, 210, 40],
    ],
    journeys: [
      ['stop', 0, 250, 0],
      ['trip', 250, null, 210],
    ],
  },
  // A tracker that starts at 0,0 had driven 7,000 miles.
  'a first position of 0,0 adds no distance': {
    lines: [
      [0, null, 50, { lat: 0, lon: 0 }],
      [10, 0, 50],
      [20, 140, 50],
      [30, 280, 50],
    ],
    journeys: [['trip', 10, null, 280]],
  },
  'a single far position adds no distance': {
    lines: [
      [0, 0, 50],
      [10, 140, 50],
      [20, 90_000, 50],
      [30, 420, 50],
      [40, 560, 50],
    ],
    journeys: [['trip', 0, null, 560]],
  },
  'the way of an accepted jump adds no distance': {
    lines: [
      [0, 0, 50],
      [10, 140, 50],
      [20, 90_000, 50],
      [30, 90_140, 50],
      [40, 90_280, 50],
      [50, 90_420, 50],
    ],
    journeys: [['trip', 0, null, 280]],
  },
  // A distance of 0.0 km at 64 km/h, and an end before the start.
  'a trip of two readings has its distance, and ends after it begins': {
    lines: [
      [0, 0, 0],
      [180, 0, 0],
      [200, 350, 64],
      [220, 705, 0],
      [400, 705, 0],
    ],
    journeys: [
      ['stop', 0, 200, 0],
      ['trip', 200, 220, 705],
      ['stop', 220, null, 0],
    ],
  },
  // The way there and back of a late point was added to the total.
  'a late position adds only the detour that it shows': {
    lines: [
      [0, 0, 50],
      [10, 140, 50],
      [15, 210, 50],
      [20, 280, 50],
      [30, 420, 50],
    ],
    journeys: [['trip', 0, null, 420]],
  },
  // The last event was "moving", and stayed so for hours.
  'a vehicle whose last reading moved is on a trip that ends with the next gap': {
    lines: [
      [0, 0, 50],
      [60, 800, 50],
      [36_000, 800, 0],
    ],
    journeys: [
      ['trip', 0, 60, 800],
      ['gap', 60, 36_000, 0],
    ],
  },
  // What was driven around midnight was in the sum of no day.
  'a trip over midnight is one trip': {
    // The tables begin at noon.
    lines: [
      [42_900, 0, 0],
      [43_190, 0, 0],
      [43_198, 100, 40],
      [43_204, 170, 40],
      [43_240, 450, 40],
      [43_260, 600, 0],
      [43_500, 600, 0],
    ],
    journeys: [
      ['stop', 42_900, 43_198, 0],
      ['trip', 43_198, 43_260, 600],
      ['stop', 43_260, null, 0],
    ],
  },
  // Trips of 0.01 km.
  'a vehicle that is moved by ten metres is on no trip': {
    lines: [
      [0, 0, 0],
      [200, 0, 0],
      [210, 5, 6],
      [215, 10, 6],
      [220, 10, 0],
      [300, 10, 0],
      [500, 10, 0],
    ],
    journeys: [['stop', 0, null, 0]],
  },
  'a parked tracker that reports each ten minutes has gaps and no trips': {
    lines: [
      [0, 0, 50],
      [60, 800, 50],
      [90, 1000, 0],
      [280, 1000, 0],
      [880, 1010, 0],
      [1480, 995, 0],
      [2080, 1005, 0],
    ],
    journeys: [
      ['trip', 0, 90, 1000],
      ['stop', 90, 280, 0],
      ['gap', 280, 880, 10],
      ['gap', 880, 1480, 15],
      ['gap', 1480, 2080, 10],
    ],
  },
  // A tracker with a cold start reports its first positions while it drives.
  'a trip whose beginning was not seen begins at the first reading after the gap': {
    lines: [
      [0, 0, 0],
      [200, 0, 0],
      [1000, 2000, 60],
      [1010, 2170, 60],
      [1020, 2340, 60],
    ],
    journeys: [
      ['stop', 0, 200, 0],
      ['gap', 200, 1000, 2000],
      ['trip', 1000, null, 340],
    ],
  },
  'a tunnel without positions is part of the trip': {
    lines: [
      [0, 0, 80],
      [10, 222, 80],
      [20, 444, 80],
      [30, null, null],
      [40, null, null],
      [50, null, null],
      [60, 1333, 80],
      [70, 1555, 80],
    ],
    journeys: [['trip', 0, null, 1555]],
  },
  'a receiver that repeats its last position in a tunnel loses no way': {
    // The first position after the tunnel is refused, because 889 m in 10 s are 320 km/h.
    lines: [
      [0, 0, 80],
      [10, 222, 80],
      [20, 222, 80],
      [30, 222, 80],
      [40, 222, 80],
      [50, 1111, 80],
      [60, 1333, 80],
      [70, 1555, 80],
      [80, 1777, 80],
    ],
    journeys: [['trip', 0, null, 1777]],
  },
  'movement with the ignition off, as on a tow truck, is a trip': {
    lines: [
      [0, 0, 0, 'o'],
      [60, 0, 0, 'o'],
      [70, 100, 40, 'o'],
      [80, 210, 40, 'o'],
      [90, 320, 40, 'o'],
    ],
    journeys: [
      ['stop', 0, 70, 0],
      ['trip', 70, null, 320],
    ],
  },
  'a reading without speed and position does not change the movement': {
    lines: [
      [0, 0, 50],
      [60, 800, 50],
      [120, null, null, { rpm: 900 }],
      [180, 2400, 50],
    ],
    journeys: [['trip', 0, null, 2400]],
  },
  'of several standing readings of one instant only the first one can make a trip': {
    lines: [
      [0, 0, 0],
      [60, 140, 9],
      [60, 190, 0],
      [60, 210, 0],
    ],
    journeys: [],
  },
  'two readings of one instant are both counted': {
    lines: [
      [0, 0, 50],
      [60, 800, 50],
      [60, 830, 50],
      [120, 1600, 50],
    ],
    journeys: [['trip', 0, null, 1600]],
  },
}
