package dev.runway.tables.write;

import java.io.IOException;
import java.time.Duration;

/** The database did not take rows for longer than a writer waits. */
public final class DatabaseAway extends IOException {
  DatabaseAway(String table, Duration waited, Exception last) {
    super(
        ("%s could not be written for %d s; last: %s. The job goes back to its last checkpoint and"
                + " tries again. Nothing is lost; look at the database, or raise"
                + " runway.tables.outage-wait if such outages are usual")
            .formatted(table, waited.toSeconds(), last.getMessage()),
        last);
  }
}
