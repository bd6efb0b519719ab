import { expect, test } from 'vitest'

import { parseSize } from '../../src/config/size.ts'

test.each([
  ['512M', 536_870_912],
  ['1.5G', 1_610_612_736],
  ['1K', 1024],
  ['2T', 2_199_023_255_552],
  ['1', 1],
  [1024, 1024],
  ['0', undefined],
  ['0.0001K', undefined],
  ['', undefined],
  ['G', undefined],
  ['1g', undefined],
  ['1 G', undefined],
  ['1GB', undefined],
  ['-1G', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
])('parseSize(%j) is %j', (written, bytes) => {
  expect(parseSize(written)).toBe(bytes)
})
