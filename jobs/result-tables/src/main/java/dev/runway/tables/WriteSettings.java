package dev.runway.tables;

import dev.runway.tables.write.PostgresAccess;
import java.io.Serializable;
import java.time.Duration;

/**
 * How tables are written.
 *
 * @param batchRows rows of one statement at most
 * @param batchBytes bytes after which a statement takes no further row
 * @param flushInterval how long a row waits at most for others
 * @param outageWait how long the database may be away before the job is restarted
 */
record WriteSettings(
    PostgresAccess access,
    int batchRows,
    int batchBytes,
    Duration flushInterval,
    Duration outageWait)
    implements Serializable {}
