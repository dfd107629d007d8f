package dev.runway.tables;

import dev.runway.flink.CommonOptions;
import dev.runway.flink.EventSource.StartAt;
import dev.runway.flink.Option;
import dev.runway.flink.Options;
import dev.runway.tables.write.PostgresAccess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The options of result-tables, beside those of every job. */
final class ResultTablesOptions {
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private static final Pattern NOT_IN_URL =
      Pattern.compile(
          "[?&](user|password|preferQueryMode|socketFactory|socketFactoryArg|connectTimeout"
              + "|loginTimeout|socketTimeout|cancelSignalTimeout)=",
          Pattern.CASE_INSENSITIVE);

  static final Option<String> GROUP =
      CommonOptions.GROUP
          .withDefault("runway-result-tables")
          .describedAs(
              "Consumer group: shows the lag. Where the job goes on is in its checkpoint, not in the"
                  + " group.");

  static final Option<String> URL =
      Option.text("runway.postgres.url")
          .required()
          .checked(
              url -> url.startsWith("jdbc:postgresql:") && !NOT_IN_URL.matcher(url).find(),
              "must begin with jdbc:postgresql: and hold no user and no password: these are"
                  + " runway.postgres.user and runway.postgres.password-file; nor time-outs,"
                  + " socketFactory or preferQueryMode: these the job sets itself, and simple"
                  + " queries would mix values into the text of statements")
          .describedAs(
              "JDBC address of the database; may carry settings, and beyond the own machine should:"
                  + " ?sslmode=verify-full&channelBinding=require.");

  static final Option<String> USER =
      Option.text("runway.postgres.user")
          .withDefault("runway_writer")
          .describedAs("Role that inserts and updates; it needs no right to delete.");

  static final Option<Path> PASSWORD_FILE =
      Option.file("runway.postgres.password-file")
          .describedAs(
              "File with the role's password, on every TaskManager, mode 600. It is read with each"
                  + " connection, so a new password needs no restart. Without it none is sent.");

  static final Option<String> SCHEMA =
      Option.text("runway.postgres.schema")
          .withDefault("runway")
          .checked(
              name -> name.matches("[a-z][a-z0-9_]{0,62}"),
              "must be lower-case letters, digits and underscores, at most 63")
          .describedAs("Schema of the tables; an isolated replay has one of its own.");

  static final Option<Duration> CONNECT_TIMEOUT =
      wait("runway.postgres.connect-timeout", 5)
          .describedAs(
              "How long to wait for a connection, and again for the login. 5 seconds are many times"
                  + " what a loaded server takes.");

  static final Option<Duration> SOCKET_TIMEOUT =
      wait("runway.postgres.socket-timeout", 10)
          .describedAs(
              "How long to wait for an answer before the connection is given up. Above the statement"
                  + " time-out, so that a slow server ends its work itself.");

  static final Option<Duration> STATEMENT_TIMEOUT =
      wait("runway.postgres.statement-timeout", 8)
          .describedAs(
              "How long the server works on one statement. 1,000 rows take some 10 ms; 8 seconds are"
                  + " for a server that is busy with something else.");

  static final Option<Duration> LOCK_TIMEOUT =
      wait("runway.postgres.lock-timeout", 5)
          .describedAs(
              "How long a statement waits for rows that others have locked, then it is tried again.");

  static final Option<Integer> BATCH_ROWS =
      Option.integer("runway.tables.batch-rows")
          .withDefault(1_000)
          .checked(rows -> rows >= 1 && rows <= 100_000, "must be from 1 to 100000")
          .describedAs(
              "Rows of one statement at most. At 1,000 the round trip no longer counts; 1,000 dead"
                  + " letters of 4 KB are 4 MB.");

  static final Option<Integer> BATCH_BYTES =
      Option.integer("runway.tables.batch-bytes")
          .withDefault(8 << 20)
          .checked(
              bytes -> bytes >= 64 << 10 && bytes <= 256 << 20,
              "must be from 65536 to 268435456: one statement is in memory several times on its way")
          .describedAs(
              "Bytes of one statement at most, but for its last row. 8 MiB are 1,000 dead letters"
                  + " twice, or 16 tiles of the largest size, 512 KiB.");

  static final Option<Duration> FLUSH_INTERVAL =
      Option.duration("runway.tables.flush-interval")
          .withDefault(Duration.ofSeconds(1))
          .checked(
              every ->
                  every.compareTo(Duration.ofMillis(10)) >= 0
                      && every.compareTo(Duration.ofMinutes(1)) <= 0,
              "must be from 10 ms to 1 minute: so long may a row wait to be seen")
          .describedAs(
              "How long a row waits at most for others to share its statement. At 1 second eleven"
                  + " tables are eleven statements a second at most, and a dashboard is a second"
                  + " behind.");

  static final Option<Duration> OUTAGE_WAIT =
      Option.duration("runway.tables.outage-wait")
          .withDefault(Duration.ofMinutes(2))
          .checked(
              wait -> !wait.isNegative() && wait.compareTo(Duration.ofMinutes(8)) <= 0,
              "must be from 0 to 8 minutes: no checkpoint completes meanwhile, and one is given up"
                  + " after 10")
          .describedAs(
              "How long the database may be away before the job fails and goes back to its last"
                  + " checkpoint, to try again. 2 minutes cover a restart or a failover, and nothing"
                  + " is read twice for them.");

  static final Option<String> START_AT =
      Option.text("runway.tables.start-at")
          .withDefault("earliest")
          .checked(
              at -> at.equals("earliest") || at.equals("committed"),
              "must be earliest or committed")
          .describedAs(
              "Where a job without checkpoint begins: earliest fills empty tables again from what"
                  + " the topics still hold, and changes nothing in full ones; committed goes on"
                  + " where the group stopped.");

  private ResultTablesOptions() {}

  private static Option<Duration> wait(String name, int seconds) {
    return Option.duration(name)
        .withDefault(Duration.ofSeconds(seconds))
        .checked(
            wait -> wait.compareTo(Duration.ofMillis(100)) >= 0 && wait.compareTo(LONGEST) <= 0,
            "must be from 100 ms to 1 minute: a task that is cancelled waits for it, and its"
                + " TaskManager is ended after 3 minutes");
  }

  static Options from(String[] args) {
    Options options = Options.from(args, CommonOptions.class, ResultTablesOptions.class);
    requireOrder(options);
    return options;
  }

  private static void requireOrder(Options options) {
    Duration statement = options.get(STATEMENT_TIMEOUT);
    Duration socket = options.get(SOCKET_TIMEOUT);
    if (statement.compareTo(socket) >= 0) {
      throw new IllegalArgumentException(
          "%s (%s) must be less than %s (%s): else the connection is given up while the server works"
              .formatted(STATEMENT_TIMEOUT, statement, SOCKET_TIMEOUT, socket));
    }
  }

  static StartAt startAt(Options options) {
    return StartAt.valueOf(options.get(START_AT).toUpperCase(Locale.ROOT));
  }

  static WriteSettings writing(Options options) {
    @Nullable Path passwordFile = options.find(PASSWORD_FILE);
    return new WriteSettings(
        new PostgresAccess(
            options.get(URL),
            options.get(USER),
            passwordFile == null ? null : passwordFile.toString(),
            options.get(SCHEMA),
            new PostgresAccess.Timeouts(
                options.get(CONNECT_TIMEOUT),
                options.get(SOCKET_TIMEOUT),
                options.get(STATEMENT_TIMEOUT),
                options.get(LOCK_TIMEOUT))),
        options.get(BATCH_ROWS),
        options.get(BATCH_BYTES),
        options.get(FLUSH_INTERVAL),
        options.get(OUTAGE_WAIT));
  }
}
