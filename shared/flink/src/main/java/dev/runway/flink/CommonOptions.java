package dev.runway.flink;

import dev.runway.model.Limits;
import dev.runway.model.Topic;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The options every job has. */
public final class CommonOptions {
  public static final Option<String> BOOTSTRAP_SERVERS =
      Option.text("runway.kafka.bootstrap-servers")
          .required()
          .describedAs("Kafka brokers as host:port, separated by commas.");

  public static final Option<Path> KAFKA_PROPERTIES_FILE =
      Option.file("runway.kafka.properties-file")
          .describedAs(
              "Further settings of every Kafka client, such as those of TLS and SASL; they win over"
                  + " Runway's own. Secrets belong here, in a file of mode 600, never on a command"
                  + " line.");

  public static final Option<String> GROUP =
      Option.text("runway.kafka.group")
          .required()
          .describedAs(
              "Consumer group: shows the lag. Where a job goes on is in its checkpoint, not in the"
                  + " group.");

  public static final Option<String> NAMESPACE =
      Option.text("runway.namespace")
          .withDefault(Topic.LIVE)
          .checked(
              name -> name.matches("[a-z][a-z0-9-]*(\\.[a-z0-9-]+)*") && name.length() <= 63,
              "must be lower-case letters, digits, dashes and inner dots, at most 63: it is the"
                  + " first part of every topic's name")
          .describedAs("First part of every topic's name; an isolated replay has one of its own.");

  public static final Option<Duration> OUT_OF_ORDERNESS =
      Option.duration("runway.events.out-of-orderness")
          .withDefault(Duration.ofMinutes(5))
          .checked(
              d -> !d.isNegative() && d.compareTo(Duration.ofDays(1)) <= 0,
              "must be from 0 to 1 day: labels that come later are what the horizon is for")
          .describedAs(
              "How far an event may be behind the newest one of its partition before it is late."
                  + " Results of a window wait this long; 5 minutes cover producers that send in"
                  + " batches and retry for the 2 minutes of Kafka's delivery time-out.");

  public static final Option<Duration> IDLE_AFTER =
      Option.duration("runway.events.idle-after")
          .withDefault(Duration.ofMinutes(1))
          .checked(
              d -> d.compareTo(Duration.ofSeconds(5)) >= 0,
              "must be at least 5 seconds: a shorter pause is no silence")
          .describedAs(
              "After how long without an event a partition no longer holds up the others. Events"
                  + " that come after such a silence may be late; heartbeats avoid that. Time in"
                  + " which no broker answers does not count. 1 minute is well above a producer's"
                  + " restart.");

  public static final Option<Duration> MAX_AGE =
      Option.duration("runway.events.max-age")
          .withDefault(Duration.ofDays(40))
          .checked(d -> !d.isNegative() && !d.isZero(), "must be above 0")
          .describedAs(
              "How much older than its Kafka record an event may be; older ones are dead letters."
                  + " 40 days are the longest label horizon of 35 and 5 for a late producer.");

  public static final Option<Instant> EARLIEST =
      Option.instant("runway.events.earliest")
          .describedAs(
              "Oldest event time accepted, in place of runway.events.max-age: for replays of"
                  + " history. 1980-01-01T00:00:00Z still refuses seconds sent as milliseconds,"
                  + " which land in January 1970.");

  public static final Option<Double> SAMPLE_RATE =
      Option.number("runway.sample-rate")
          .withDefault(1.0)
          .checked(
              rate -> rate >= Limits.MIN_WEIGHT && rate <= 1,
              "must be from 2^-20 (0.00000096) to 1: a weight is one over it, and 1 keeps all")
          .describedAs(
              "Share of prediction ids that are read at all, chosen by a hash of the id before"
                  + " parsing. 0.01 of 10 billion predictions a day leaves 1,157 a second. Every"
                  + " metric of performance is weighted back; drift compares shares, and counts the"
                  + " events that are left, each once.");

  public static final Option<Duration> CHECKPOINT_INTERVAL =
      Option.duration("runway.checkpoint.interval")
          .withDefault(Duration.ofSeconds(10))
          .checked(
              d ->
                  d.compareTo(Duration.ofMillis(100)) >= 0 && d.compareTo(Duration.ofHours(1)) <= 0,
              "must be from 100 ms to 1 hour: checkpoints cannot be switched off")
          .describedAs(
              "Time between checkpoints. A restart repeats at most one interval and its checkpoint's"
                  + " duration; at 10 seconds and 1,157 events a second that is some 12,000 events,"
                  + " less than a second of work.");

  public static final Option<Integer> PARALLELISM =
      Option.integer("runway.parallelism")
          .checked(
              n -> n >= 1 && n <= JobEnvironment.MAX_PARALLELISM,
              "must be from 1 to 1024, and at most the topics' partitions")
          .describedAs(
              "Subtasks of each operator; without it the cluster's default. More than the event"
                  + " topics have partitions (4 unless changed) only adds sources with nothing to"
                  + " read.");

  private CommonOptions() {}

  /** How to reach the brokers. */
  public static KafkaAccess kafka(Options options) {
    Path file = options.find(KAFKA_PROPERTIES_FILE);
    return new KafkaAccess(
        options.get(BOOTSTRAP_SERVERS), file == null ? Map.of() : properties(file));
  }

  /** What every event source of the job has in common. */
  public static EventInput events(Options options) {
    return new EventInput(
        kafka(options),
        options.get(GROUP),
        bounds(options),
        options.get(OUT_OF_ORDERNESS),
        options.get(IDLE_AFTER),
        Sampler.of(options.get(SAMPLE_RATE)));
  }

  /** Which event times are believed. */
  public static TimeBounds bounds(Options options) {
    Instant earliest = options.find(EARLIEST);
    return earliest == null
        ? TimeBounds.maxAge(options.get(MAX_AGE))
        : TimeBounds.earliest(earliest);
  }

  private static Map<String, String> properties(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(
          KAFKA_PROPERTIES_FILE.name() + " (" + file + ") cannot be read: give a readable file", e);
    }
    Map<String, String> settings = new TreeMap<>();
    properties.forEach((name, value) -> settings.put((String) name, (String) value));
    return settings;
  }
}
