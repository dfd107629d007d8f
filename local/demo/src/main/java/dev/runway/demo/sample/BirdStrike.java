package dev.runway.demo.sample;

import java.time.LocalDate;
import java.util.List;

/**
 * One reported strike of wildlife on an aircraft, 1990 to 2002, in order of date.
 *
 * @param timeOfDay Dawn, Day, Dusk or Night
 * @param phase phase of flight
 * @param wildlifeSize Small, Medium or Large
 * @param speedKnots indicated air speed; NaN when not reported
 * @param damage None, Minor, Medium, Substantial, or a code whose meaning the source does not give
 */
public record BirdStrike(
    LocalDate date,
    String timeOfDay,
    String phase,
    String wildlifeSize,
    double speedKnots,
    String aircraft,
    String damage) {

  private static final String HEADER =
      "date,time_of_day,phase,wildlife_size,speed_knots,aircraft,damage";

  /** All strikes of the sample. */
  public static List<BirdStrike> all() {
    return SampleFile.read(
        "birdstrikes.csv.gz",
        HEADER,
        row ->
            new BirdStrike(
                LocalDate.parse(row[0]),
                row[1],
                row[2],
                row[3],
                row[4].isEmpty() ? Double.NaN : Double.parseDouble(row[4]),
                row[5],
                row[6]));
  }

  /** Whether the damage code is one the source explains. */
  public boolean damageKnown() {
    return damage.length() > 1;
  }

  /** Whether there was damage; ask only when it is known. */
  public boolean damaged() {
    return !damage.equals("None");
  }
}
