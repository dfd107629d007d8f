package dev.runway.drift.experiment;

import org.apache.commons.numbers.gamma.LogBeta;

/**
 * What is known of a success rate after some trials: a beta law. Successes and failures add to its
 * two numbers, so parts of a sample merge by addition.
 *
 * @param alpha successes and those of the prior, above 0
 * @param beta failures and those of the prior, above 0
 */
public record BetaPosterior(double alpha, double beta) {

  /** Every rate is as likely as any other. */
  public static final BetaPosterior UNIFORM = new BetaPosterior(1, 1);

  /** Terms of the sums below. */
  private static final double MOST_SUCCESSES = 10_000_000;

  /** Refuses what is no law. */
  public BetaPosterior {
    if (!(alpha > 0 && beta > 0 && Double.isFinite(alpha) && Double.isFinite(beta))) {
      throw new IllegalArgumentException("beta law of " + alpha + " and " + beta);
    }
  }

  /** The mean rate. */
  public double mean() {
    return alpha / (alpha + beta);
  }

  /** After more trials. */
  public BetaPosterior plus(double successes, double failures) {
    return new BetaPosterior(alpha + successes, beta + failures);
  }

  /**
   * After one more trial, where what was seen before counts less: both numbers move towards those
   * of the prior and the reward is added.
   *
   * @param gamma what is left of the past, 0 to 1
   * @param reward 0 to 1
   */
  public BetaPosterior discounted(double gamma, BetaPosterior prior, double reward) {
    return new BetaPosterior(
        gamma * alpha + (1 - gamma) * prior.alpha + reward,
        gamma * beta + (1 - gamma) * prior.beta + 1 - reward);
  }

  /**
   * Probability that this rate is above the other, by a sum of alpha terms.
   *
   * @throws IllegalArgumentException if alpha is not a whole number, at most ten million
   */
  public double probabilityAbove(BetaPosterior other) {
    if (alpha != Math.rint(alpha) || alpha > MOST_SUCCESSES) {
      throw new IllegalArgumentException(
          "alpha is " + alpha + ", must be whole and at most " + MOST_SUCCESSES);
    }
    double base = LogBeta.value(other.alpha, other.beta);
    double sum = 0;
    for (int i = 0; i < alpha; i++) {
      sum +=
          Math.exp(
              LogBeta.value(other.alpha + i, other.beta + beta)
                  - Math.log(beta + i)
                  - LogBeta.value(1.0 + i, beta)
                  - base);
    }
    return Math.min(1, sum);
  }

  /**
   * What choosing this one costs on average: how much the other rate is above it where it is, and
   * nothing where it is not. Alphas as above.
   */
  public double expectedLoss(BetaPosterior other) {
    return other.mean() * other.plus(1, 0).probabilityAbove(this)
        - mean() * (1 - plus(1, 0).probabilityAbove(other));
  }
}
