package dev.runway.demo.sample;

import java.time.OffsetDateTime;
import java.util.List;

/**
 * One U.S. flight of January to March 2001, in order of departure.
 *
 * @param departedAtMillis actual departure; the local clock of the origin, read as UTC
 * @param region census region of the origin
 * @param delayMinutes arrival against schedule, negative when early
 */
public record Flight(
    long departedAtMillis,
    String origin,
    String destination,
    String region,
    int miles,
    int delayMinutes) {

  private static final String HEADER =
      "departed_at,origin,destination,origin_region,miles,delay_minutes";

  /** All flights of the sample. */
  public static List<Flight> all() {
    return SampleFile.read(
        "flights.csv.gz",
        HEADER,
        row ->
            new Flight(
                OffsetDateTime.parse(row[0]).toInstant().toEpochMilli(),
                row[1],
                row[2],
                row[3],
                Integer.parseInt(row[4]),
                Integer.parseInt(row[5])));
  }
}
