package dev.runway.bench.loopfaults;

/**
 * A model of the fleet.
 *
 * @param tier 1 and 2 of those that drift; 4 of those that only make the fleet large enough for
 *     that to be no storm
 * @param windowMinutes how long a window of the tier is
 */
public record Model(String id, int tier, int windowMinutes) {
  static Model ofTier(String id, int tier) {
    return new Model(
        id,
        tier,
        switch (tier) {
          case 1 -> 10;
          case 2 -> 20;
          case 4 -> 240;
          default -> throw new IllegalArgumentException("no model of tier " + tier);
        });
  }

  /** Whether one of its windows ends at a minute of the day. */
  boolean endsAt(int minute) {
    return minute % windowMinutes == 0;
  }
}
