# SPDX-License-Identifier: GPL-3.0-or-later
"""Test vectors of the counter-based random numbers: SplitMix64's step (Steele, Lea, Flood 2014) over the parts of the key."""
MASK = (1 << 64) - 1


def mix(x):
    x = (x + 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def counter_random(seed, purpose, epoch, index, draw):
    h = mix(seed)
    for part in (purpose, epoch, index, draw):
        h = mix(h ^ part)
    return h


# SplitMix64 from state 0 starts with this number in the published reference implementation.
assert mix(0) == 0xE220A8397B1DCDAF
print(hex(counter_random(0, 1, 0, 0, 0)), hex(counter_random(1, 1, 2, 3, 4)))
