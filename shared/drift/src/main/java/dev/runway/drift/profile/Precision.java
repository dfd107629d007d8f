package dev.runway.drift.profile;

/**
 * How numeric values are rounded before they are counted, in the profile and in the live traffic
 * alike. A profile of doubles and a producer of floats disagree about 0.1, which is a value of its
 * own bin for one and a little above that bin for the other.
 */
public enum Precision {
  /** As they come. */
  DOUBLE {
    @Override
    public double round(double value) {
      return value;
    }
  },
  /** To the nearest float. */
  FLOAT {
    @Override
    public double round(double value) {
      return (float) value;
    }
  };

  public abstract double round(double value);
}
