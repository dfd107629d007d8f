package dev.runway.bench.control;

import dev.runway.bench.harness.Broker;
import dev.runway.bench.harness.Database;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommandCodec;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Many commands at once on their topic, one a model. While the fleet's cap is 0 they are taken in;
 * then it is 50, the usual one, and they reach the scheduler in the order of the queue.
 */
final class Burst {
  private static final String PREFIX = "burst-";
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Broker broker;
  private final Database database;
  private final Api api;
  private final Scheduler scheduler;

  Burst(Broker broker, Database database, Api api, Scheduler scheduler) {
    this.broker = broker;
    this.database = database;
    this.api = api;
    this.scheduler = scheduler;
  }

  /** What the API must be told to hand commands to this scheduler, and to have the money. */
  static Map<String, String> settings(Scheduler scheduler) {
    return Map.of(
        "runway.control.scheduler", "maestro",
        "runway.control.scheduler.url", scheduler.address(),
        "runway.control.scheduler.target", "train",
        "runway.control.retrains.monthly-budget", "1000000");
  }

  /**
   * Sends them, and waits until all have ended.
   *
   * @return what was found, by name
   * @throws IllegalStateException if one was lost, started under two ids or out of order
   */
  Map<String, Double> run(int commands, Random random) throws Exception {
    Fill.models(database, PREFIX, commands);
    database.execute(
        """
        INSERT INTO runway.model_versions (model_id, version, revision, state, metrics,
            hyperparameters, features, created_by)
        SELECT '%1$s' || n, '1', 1, 'LIVE', '{}', '{}', '{}', 'bench'
        FROM generate_series(0, %2$d) AS n
        """
            .formatted(PREFIX, commands - 1),
        """
        INSERT INTO runway.graph_nodes (node_id, kind, name, model_id, source)
        SELECT 'model:' || model_id, 'MODEL', model_id, model_id, 'registry'
        FROM runway.models WHERE model_id LIKE '%s%%'
        """
            .formatted(PREFIX));
    List<RetrainCommand> sent = commands(commands);
    Map<String, String> models = new ConcurrentHashMap<>();
    sent.forEach(each -> models.put(each.commandId().toString(), each.cause().modelId()));
    scheduler.whenARunEnds(
        id ->
            api.send(
                "POST",
                "/v1/models/" + models.get(id) + "/versions",
                "{\"version\": \"2\", \"training_run\": \"" + id + "\"}"));

    cap(0);
    Collections.shuffle(sent, random);
    long begun = System.nanoTime();
    send(sent);
    await("state = 'QUEUED'", commands);
    double takenIn = secondsSince(begun);
    Duration cpuBefore = api.cpu();
    long opened = System.nanoTime();
    cap(50);
    await("state = 'SUCCEEDED'", commands);
    double drained = secondsSince(opened);
    requireOrder(sent);
    Map<String, Double> found = new LinkedHashMap<>();
    found.put("commands", (double) commands);
    found.put("seconds_until_all_are_in_the_queue", takenIn);
    found.put("seconds_until_the_last_start", (scheduler.lastStartNanos() - opened) / 1e9);
    found.put("seconds_until_all_have_succeeded", drained);
    found.put("starts", (double) scheduler.starts().size());
    found.put("starts_asked_for_again", (double) scheduler.askedAgain());
    found.put("cpu_of_the_api_in_seconds", api.cpu().minus(cpuBefore).toMillis() / 1e3);
    return found;
  }

  /** Of each tier as many, and no two of the same place in the queue. */
  private static List<RetrainCommand> commands(int count) {
    List<RetrainCommand> commands = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      commands.add(
          new RetrainCommand(
              new RetrainCommand.Cause(
                  PREFIX + i,
                  "1",
                  RetrainCommand.Action.RETRAIN,
                  RetrainCommand.ReasonClass.DRIFT,
                  "burst",
                  1,
                  null),
              new RetrainCommand.Urgency(
                  1 + i % 4, (double) i / count, RetrainCommand.SeverityClass.MEDIUM, 0),
              RetrainCommand.Mode.AUTO,
              0,
              0,
              "d-" + i,
              null,
              0,
              "{\"psi\":0.4}".getBytes(StandardCharsets.UTF_8),
              1,
              System.currentTimeMillis(),
              RetrainCommand.NEVER));
    }
    return commands;
  }

  private void send(List<RetrainCommand> commands) throws Exception {
    List<Future<?>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (RetrainCommand command : commands) {
        byte[] key = command.cause().modelId().getBytes(StandardCharsets.UTF_8);
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    Topic.RETRAINS.in(Api.NAMESPACE), key, RetrainCommandCodec.write(command))));
      }
      for (Future<?> each : sent) {
        each.get(1, TimeUnit.MINUTES);
      }
    }
  }

  private void cap(int cap) throws Exception {
    api.replace("/v1/retrain-caps/fleet", "{\"cap\": " + cap + "}");
  }

  private void await(String condition, int count) throws SQLException, InterruptedException {
    String question =
        "SELECT count(*) FROM runway.retrain_commands WHERE model_id LIKE '%s%%' AND %s"
            .formatted(PREFIX, condition);
    long begun = System.nanoTime();
    while (database.number(question) < count) {
      if (System.nanoTime() - begun > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "%d of %d commands after %s: %s"
                .formatted(database.number(question), count, PATIENCE, condition));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /**
   * A tier is worth a day of waiting and severity a part of one, so commands that came within
   * seconds go by these two.
   */
  private void requireOrder(List<RetrainCommand> sent) {
    List<String> starts = scheduler.starts();
    List<String> due =
        sent.stream()
            .sorted(
                Comparator.comparingDouble(
                    each -> each.urgency().tier() - each.urgency().severity()))
            .map(each -> each.commandId().toString())
            .toList();
    if (starts.size() != due.size()) {
      throw new IllegalStateException(starts.size() + " starts of " + due.size() + " commands");
    }
    for (int i = 0; i < due.size(); i++) {
      if (!due.get(i).equals(starts.get(i))) {
        throw new IllegalStateException("start " + i + " of " + starts.size() + " is another one");
      }
    }
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
