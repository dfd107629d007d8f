package dev.runway.stack.cli;

import dev.runway.model.Topic;
import dev.runway.stack.StackClient;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Sends events to the topics that the stack's own jobs read, as a service would. */
@Command(
    name = "send",
    description = {
      "Sends predictions and outcomes to the jobs of `up`, as a service that runs does. Formats:"
          + " docs/events.md. What the jobs refuse becomes a dead letter: of a model that is not"
          + " registered, for one.",
      "`replay` plays files apart from everything else, and waits for what comes of it."
    })
public final class SendCommand implements Callable<Integer> {

  @ParentCommand private RunwayCommand runway = new RunwayCommand();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description = "Predictions, one JSON object a line.")
  private @Nullable Path predictions;

  @Option(
      names = "--outcomes",
      paramLabel = "FILE",
      description = "Outcomes, one JSON object a line; sent after the predictions.")
  private @Nullable Path outcomes;

  @Option(
      names = "--as-of-now",
      description =
          "Moves all times by the same, so that the newest of them is now. Default: as they stand"
              + " there.")
  private boolean asOfNow;

  private final PrintStream out = System.out;

  @Override
  public Integer call() throws Exception {
    Map<EventLines, Topic> files = new LinkedHashMap<>();
    if (predictions != null) {
      files.put(new EventLines(predictions, "predicted_at"), Topic.PREDICTIONS);
    }
    if (outcomes != null) {
      files.put(new EventLines(outcomes, "observed_at"), Topic.OUTCOMES);
    }
    if (files.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "nothing to send: give --predictions, --outcomes or both");
    }
    Duration shift = asOfNow ? shift(List.copyOf(files.keySet())) : Duration.ZERO;
    String servers = StackClient.open(runway.folder()).bootstrapServers();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (Map.Entry<EventLines, Topic> file : files.entrySet()) {
        String topic = file.getValue().in(Topic.LIVE);
        out.printf("%,d events sent to %s%n", send(file.getKey(), shift, topic, producer), topic);
      }
    }
    return 0;
  }

  private static Duration shift(List<EventLines> files) throws IOException {
    Instant newest = Instant.MIN;
    for (EventLines file : files) {
      Instant last = file.newest();
      newest = last.isAfter(newest) ? last : newest;
    }
    return newest.equals(Instant.MIN) ? Duration.ZERO : Duration.between(newest, Instant.now());
  }

  private static long send(
      EventLines file, Duration shift, String topic, KafkaProducer<byte[], byte[]> producer)
      throws IOException {
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    long events =
        file.each(
            shift,
            (id, event) -> {
              // Whether it was taken the callback hears, and flush waits for all of them.
              var unused =
                  producer.send(
                      new ProducerRecord<>(topic, id.getBytes(StandardCharsets.UTF_8), event),
                      (taken, e) -> failure.compareAndSet(null, e));
            });
    producer.flush();
    Exception why = failure.get();
    if (why != null) {
      throw new IOException("not all of it was taken by " + topic + ": " + why.getMessage(), why);
    }
    return events;
  }
}
