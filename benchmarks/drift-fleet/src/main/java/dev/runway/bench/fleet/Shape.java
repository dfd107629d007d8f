package dev.runway.bench.fleet;

import dev.runway.drift.statistics.Normal;
import java.util.Arrays;

/**
 * How a latent normal number becomes the value of a feature. All ascend with it, so that a shift of
 * the latent number is a shift of the value, of whatever form.
 */
enum Shape {
  NORMAL {
    @Override
    double value(double z) {
      return 50 + 10 * z;
    }
  },
  /** Bins of equal width put nearly all of it into the first one. */
  LOGNORMAL {
    @Override
    double value(double z) {
      return StrictMath.exp(1.5 * z);
    }
  },
  /** A sensor that is off by a factor of a million once in five thousand values. */
  GLITCHES {
    @Override
    double value(double z) {
      return 50 + 10 * z;
    }
  },
  COUNTS {
    @Override
    double value(double z) {
      return Math.min(60, Math.floor(StrictMath.exp(0.8 * z + 1.5)));
    }
  },
  /** Five in six values are 0. */
  ZEROS {
    @Override
    double value(double z) {
      return Math.max(0, z - 1);
    }
  },
  /** The number of a word, some of them frequent and most of them rare. */
  WORDS {
    @Override
    double value(double z) {
      return word(z, CUTS);
    }
  },
  /** The number of one of so many words that a vocabulary holds a tenth: towns, pages, devices. */
  LONG_TAIL {
    @Override
    double value(double z) {
      return word(z, LONG_CUTS);
    }
  };

  static final int WORD_COUNT = 12;
  static final int LONG_WORD_COUNT = 1000;

  /** Words behind these that are in no training set. */
  static final int NEW_WORD_COUNT = 100;

  private static final double[] CUTS = cuts(WORD_COUNT);
  private static final double[] LONG_CUTS = cuts(LONG_WORD_COUNT);

  abstract double value(double z);

  /** Whether values are the numbers of words. */
  boolean isOfWords() {
    return this == WORDS || this == LONG_TAIL;
  }

  private static int word(double z, double[] cuts) {
    int at = Arrays.binarySearch(cuts, z);
    return at < 0 ? -at - 1 : at;
  }

  /** Shares fall as 1 / rank. */
  private static double[] cuts(int words) {
    double all = 0;
    for (int rank = 1; rank <= words; rank++) {
      all += 1.0 / rank;
    }
    double[] cuts = new double[words - 1];
    double below = 0;
    for (int i = 0; i < cuts.length; i++) {
      below += 1.0 / (i + 1) / all;
      cuts[i] = -Normal.upperQuantile(below);
    }
    return cuts;
  }
}
