package dev.runway.drift.distribution;

/**
 * How much more the counts of one feature in one sample scatter than those of independent events.
 *
 * <p>Users who resemble themselves move the whole distribution up or down more than they do
 * anything else, so along a shift counts scatter more than on average over all bins. A test that
 * asks whether a shift is material has to know.
 *
 * @param all on average over the bins, see {@link Overdispersion}; 1 or above
 * @param shift along a shift of the whole distribution; not below {@code all}
 */
public record Dispersion(double all, double shift) {

  /** Independent events. */
  public static final Dispersion NONE = new Dispersion(1, 1);

  /** Raises what is too low. */
  public Dispersion {
    all = Math.max(1, all);
    shift = Math.max(all, shift);
  }

  /** The same in every direction. */
  public static Dispersion of(double factor) {
    return new Dispersion(factor, factor);
  }
}
