package dev.runway.stack.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.LateOutcome;
import dev.runway.model.LateOutcomeCodec;
import dev.runway.model.Outcome;
import dev.runway.model.Topic;
import dev.runway.sql.RolePasswords;
import dev.runway.stack.StackClient;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What {@code batch --due} goes by, on a stack that is up: a topic and a table. */
public final class RunsOfAStack {
  private static final LocalDate DAY = LocalDate.parse("2026-03-01");

  private RunsOfAStack() {}

  /** Late labels name their day; other late outcomes name none. */
  public static void requireLateLabelsByDay(StackClient client) throws Exception {
    String servers = client.bootstrapServers();
    LateOffsets before = LateOutcomes.read(servers, Topic.LIVE).ends();
    send(servers, 0, LateOutcome.Why.ARRIVED_AFTER_FINAL, DAY);
    send(servers, 0, LateOutcome.Why.AFTER_HORIZON, DAY.plusDays(1));
    send(servers, 0, LateOutcome.Why.ARRIVED_AFTER_FINAL, DAY);
    send(servers, 1, LateOutcome.Why.ARRIVED_AFTER_FINAL, DAY.plusDays(2));

    LateOutcomes late = LateOutcomes.read(servers, Topic.LIVE);

    assertThat(before.offsets()).hasSizeGreaterThan(1).containsOnly(0L);
    assertThat(late.ends().offsets()).startsWith(3L, 1L);
    assertThat(late.byDay())
        .isEqualTo(
            Map.of(
                DAY,
                new LateOffsets(List.of(3L)),
                DAY.plusDays(2),
                new LateOffsets(List.of(0L, 1L))));
  }

  /** The table gives back what it was told, to the API's role and no further than its rights. */
  public static void requireTableOfRuns(StackClient client) throws Exception {
    Instant started = Instant.parse("2026-03-04T01:00:00.123Z");
    MasterRun run =
        new MasterRun(
            new BatchDays(DAY, DAY.plusDays(1)),
            started,
            Instant.parse("2026-03-04T00:30:00Z"),
            new LateOffsets(List.of(3L, 0L, 7L)),
            Instant.parse("2026-03-08T00:00:00Z"));
    MasterRun next =
        new MasterRun(
            new BatchDays(DAY.plusDays(2), DAY.plusDays(2)),
            started.plus(Duration.ofDays(1)),
            Instant.parse("2026-03-05T00:30:00Z"),
            LateOffsets.NONE,
            null);
    try (Connection connection =
        DriverManager.getConnection(
            client.jdbcUrl(), RolePasswords.API, client.password(RolePasswords.API))) {
      connection.setSchema(Topic.LIVE);
      MasterRuns runs = new MasterRuns(connection);
      runs.looked(started);
      assertThat(runs.all()).isEmpty();

      MasterRun.Found found = new MasterRun.Found(48, new LeftOut(2, 1, null), 400, 3);
      runs.add(
          run,
          started.plusSeconds(90),
          new MasterRun.Found(48, new LeftOut(2, 1, run.leftUntil()), 400, 3));
      runs.add(next, next.startedAt().plusSeconds(90), found);
      Instant looked = next.startedAt().plusSeconds(3_600);
      runs.looked(looked);

      assertThat(runs.all()).containsExactly(run, next);
      requireShown(client, looked);
    }
  }

  private static void requireShown(StackClient client, Instant looked) throws Exception {
    try (Connection reader =
            DriverManager.getConnection(
                client.jdbcUrl(), RolePasswords.READER, client.password(RolePasswords.READER));
        ResultSet row =
            reader
                .createStatement()
                .executeQuery(
                    "SELECT windows, not_covered, too_long, compared_rows, differences,"
                        + " extract(epoch FROM took) AS took, looked_at FROM v_master_runs"
                        + " ORDER BY started_at")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getObject("looked_at")).as("of the run before the newest").isNull();
      assertThat(row.next()).isTrue();
      assertThat(row.getLong("windows")).isEqualTo(48);
      assertThat(row.getLong("not_covered")).isEqualTo(2);
      assertThat(row.getLong("too_long")).isEqualTo(1);
      assertThat(row.getLong("compared_rows")).isEqualTo(400);
      assertThat(row.getLong("differences")).isEqualTo(3);
      assertThat(row.getDouble("took")).isEqualTo(90);
      assertThat(row.getTimestamp("looked_at").toInstant()).isEqualTo(looked);
      assertThat(row.next()).isFalse();
    }
  }

  private static void send(String servers, int partition, LateOutcome.Why why, LocalDate day)
      throws Exception {
    long at = day.atTime(13, 0).toInstant(ZoneOffset.UTC).toEpochMilli();
    Outcome outcome =
        new Outcome("p", "churn", at + 1, "true", Double.NaN, null, 1, Outcome.RETRACTS_NOTHING);
    byte[] record = LateOutcomeCodec.write(new LateOutcome(outcome, why, at, "v1"));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  Topic.LATE_OUTCOMES.in(Topic.LIVE),
                  partition,
                  "p".getBytes(StandardCharsets.US_ASCII),
                  record))
          .get();
    }
  }
}
