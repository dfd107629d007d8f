package dev.runway.bench.control;

import dev.runway.bench.harness.Broker;
import dev.runway.bench.harness.Database;
import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Mixed reads at a steady rate, while the jobs judge events of the same models. */
final class Reads {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final int MOST_REASONS = 12;

  private final String of;
  private final Broker broker;
  private final Database database;
  private final Api api;

  /**
   * @param of what the findings are said to be of
   */
  Reads(String of, Broker broker, Database database, Api api) {
    this.of = of;
    this.broker = broker;
    this.database = database;
    this.api = api;
  }

  List<Finding> besideJobs(Path folder, ControlCase.Size size) throws Exception {
    // Models that were written straight into the tables are not on their topic.
    api.send("POST", "/v1/topics/models/rebuild", "");
    await(Topic.MODELS, Fill.MODELS);
    try (Jobs jobs = Jobs.start(folder, broker, database);
        Traffic traffic = Traffic.start(broker, size.predictions(), new Random(size.seed()))) {
      await(Topic.GROUNDTRUTH, size.predictions());
      List<Finding> found = measure(load(folder, size), size, jobs, traffic);
      jobs.requireRunning();
      long dead = records(Topic.DEAD_LETTERS);
      if (dead > 0) {
        throw new IllegalStateException(
            dead + " dead letters: the jobs did not judge all events; " + reasons(dead));
      }
      return found;
    }
  }

  private Load load(Path folder, ControlCase.Size size) {
    Random random = new Random(size.seed());
    Path vegeta = size.vegeta();
    return vegeta == null
        ? new OpenLoop(api, size.rate(), random)
        : new Vegeta(vegeta, folder, api, size.rate(), random);
  }

  private List<Finding> measure(Load load, ControlCase.Size size, Jobs jobs, Traffic traffic)
      throws Exception {
    load.run(size.warmUp());
    Duration apiBefore = api.cpu();
    Duration databaseBefore = database.cpu();
    Duration jobsBefore = jobs.cpu();
    Duration brokerBefore = broker.cpu();
    long predictionsBefore = traffic.predictions();
    long truthsBefore = records(Topic.GROUNDTRUTH);
    long begun = System.nanoTime();
    Map<Read, Found> found = load.run(size.length());
    double seconds = (System.nanoTime() - begun) / 1e9;
    List<Finding> findings = new ArrayList<>();
    found.forEach((read, one) -> findings.add(finding(read, one)));
    Map<String, Double> all = new LinkedHashMap<>();
    all.put("requests_per_s", found.values().stream().mapToLong(Found::requests).sum() / seconds);
    all.put("api_cores", cores(apiBefore, api.cpu(), seconds));
    all.put("database_cores", cores(databaseBefore, database.cpu(), seconds));
    findings.add(new Finding(of, "all of them", all));
    Map<String, Double> beside = new LinkedHashMap<>();
    beside.put("predictions_per_s", (traffic.predictions() - predictionsBefore) / seconds);
    beside.put("ground_truths_per_s", (records(Topic.GROUNDTRUTH) - truthsBefore) / seconds);
    beside.put("flink_cores", cores(jobsBefore, jobs.cpu(), seconds));
    beside.put("broker_cores", cores(brokerBefore, broker.cpu(), seconds));
    findings.add(new Finding(of, "the jobs beside them", beside));
    return findings;
  }

  private Finding finding(Read read, Found found) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("requests", (double) found.requests());
    figures.put("p50_ms", found.millis(50));
    figures.put("p99_ms", found.millis(99));
    figures.put("max_ms", found.maxMillis());
    figures.put("refused", (double) found.refused());
    figures.put("errors", (double) found.errors());
    figures.put("goal_for_p99_ms", (double) read.goalMillis());
    return new Finding(
        of,
        read.name().toLowerCase(Locale.ROOT),
        figures,
        Map.of("p99_ms", (double) read.goalMillis(), "errors", 0.0));
  }

  private static double cores(Duration before, Duration after, double seconds) {
    return after.minus(before).toMillis() / 1e3 / seconds;
  }

  private long records(Topic topic) throws Exception {
    return broker.records(topic.in(Api.NAMESPACE), topic.partitions());
  }

  /** How many dead letters of each kind there are, and one of them. */
  private String reasons(long dead) throws MalformedEvent {
    Map<String, Integer> counts = new TreeMap<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "group.id",
                "bench-control",
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(Topic.DEAD_LETTERS.in(Api.NAMESPACE)));
      long begun = System.nanoTime();
      for (long read = 0; read < dead && System.nanoTime() - begun < PATIENCE.toNanos(); ) {
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          read++;
          DeadLetter letter = DeadLetterCodec.read(record.value());
          counts.merge(letter.topic() + " " + letter.reason(), 1, Integer::sum);
          counts.putIfAbsent("such as: " + letter.detail(), 0);
        }
      }
    }
    return counts.keySet().stream()
        .limit(MOST_REASONS)
        .map(reason -> reason + " " + counts.get(reason))
        .collect(Collectors.joining(", "));
  }

  private void await(Topic topic, long records) throws Exception {
    long begun = System.nanoTime();
    while (records(topic) < records) {
      if (System.nanoTime() - begun > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "%d records on %s after %s".formatted(records(topic), topic, PATIENCE));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}
