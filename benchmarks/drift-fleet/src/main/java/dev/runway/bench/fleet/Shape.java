package dev.runway.bench.fleet;

import dev.runway.drift.statistics.Normal;

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
      int word = 0;
      while (word < CUTS.length && z > CUTS[word]) {
        word++;
      }
      return word;
    }
  };

  static final int WORD_COUNT = 12;
  private static final double[] CUTS = cuts();

  abstract double value(double z);

  /** Shares fall as 1 / rank. */
  private static double[] cuts() {
    double all = 0;
    for (int rank = 1; rank <= WORD_COUNT; rank++) {
      all += 1.0 / rank;
    }
    double[] cuts = new double[WORD_COUNT - 1];
    double below = 0;
    for (int i = 0; i < cuts.length; i++) {
      below += 1.0 / (i + 1) / all;
      cuts[i] = -Normal.upperQuantile(below);
    }
    return cuts;
  }
}
