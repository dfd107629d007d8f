package dev.runway.drift.distribution;

import java.util.SplittableRandom;

/** Exact binomial and multinomial counts, 64 trials a step. */
final class Binomial {

  private static final int BITS = 53;

  private Binomial() {}

  /**
   * Compares n uniform numbers with p bit by bit, all at once: of those still equal to p so far,
   * half have the next bit 0, which decides them if p's is 1, and the other way round.
   */
  static long sample(SplittableRandom random, long n, double p) {
    long below = 0;
    long undecided = n;
    double rest = p;
    for (int bit = 0; bit < BITS && undecided > 0 && rest > 0; bit++) {
      long zeros = fairFlips(random, undecided);
      rest *= 2;
      if (rest >= 1) {
        rest -= 1;
        below += zeros;
        undecided -= zeros;
      } else {
        undecided = zeros;
      }
    }
    return p >= 1 ? n : below;
  }

  private static long fairFlips(SplittableRandom random, long n) {
    long ones = 0;
    for (long left = n; left > 0; left -= 64) {
      long bits = random.nextLong();
      ones += Long.bitCount(left >= 64 ? bits : bits & ((1L << left) - 1));
    }
    return ones;
  }

  static long[] multinomial(SplittableRandom random, long n, double[] shares) {
    long[] counts = new long[shares.length];
    long left = n;
    double mass = 1;
    for (int i = 0; i < shares.length - 1 && left > 0; i++) {
      counts[i] = sample(random, left, Math.min(1, shares[i] / mass));
      left -= counts[i];
      mass -= shares[i];
    }
    counts[shares.length - 1] += left;
    return counts;
  }
}
