package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.GroundTruth;
import dev.runway.model.GroundTruthCodec;
import dev.runway.model.LateOutcome;
import dev.runway.model.LateOutcomeCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a reader who keeps the newest of every id holds when he has read a namespace's result topics
 * to their end.
 *
 * <p>Records may be there twice; of one id and revision they must be equal, byte by byte. Only
 * provisional readings are exempt: their expected coverage moves with time alone.
 */
final class FinalResults {
  private final String namespace;
  private final Map<String, GroundTruth> truths = new TreeMap<>();
  private final Map<String, PerformanceReading> readings = new TreeMap<>();
  private final Map<String, String> truthBytes = new TreeMap<>();
  private final Map<String, String> readingBytes = new TreeMap<>();
  private final Set<LateOutcome> late = new HashSet<>();
  private final Map<String, DeadLetter> dead = new TreeMap<>();

  private FinalResults(String namespace) {
    this.namespace = namespace;
  }

  /** Reads the topics from their first record to what is their end now. */
  static FinalResults read(String bootstrapServers, String namespace) throws MalformedEvent {
    FinalResults results = new FinalResults(namespace);
    for (byte[] value : values(bootstrapServers, namespace, Topic.GROUNDTRUTH)) {
      results.takeTruth(value);
    }
    for (byte[] value : values(bootstrapServers, namespace, Topic.PERFORMANCE)) {
      results.takeReading(value);
    }
    for (byte[] value : values(bootstrapServers, namespace, Topic.LATE_OUTCOMES)) {
      results.late.add(LateOutcomeCodec.read(value));
    }
    for (byte[] value : values(bootstrapServers, namespace, Topic.DEAD_LETTERS)) {
      DeadLetter letter = DeadLetterCodec.read(value);
      results.dead.put(letter.id() + "/" + hex(letter), letter);
    }
    return results;
  }

  private static List<byte[]> values(String bootstrapServers, String namespace, Topic topic) {
    return TopicDump.values(bootstrapServers, topic.in(namespace));
  }

  private void takeTruth(byte[] value) throws MalformedEvent {
    GroundTruth truth = GroundTruthCodec.read(value);
    String id = truth.modelId() + "|" + truth.predictionId();
    GroundTruth known = truths.get(id);
    String text = new String(value, StandardCharsets.UTF_8);
    if (known == null || truth.revision() > known.revision()) {
      truths.put(id, truth);
      truthBytes.put(id, text);
    } else if (truth.revision() == known.revision()) {
      assertThat(text).as("two records of one id and revision").isEqualTo(truthBytes.get(id));
    }
  }

  private void takeReading(byte[] value) throws MalformedEvent {
    PerformanceReading reading = PerformanceReadingCodec.read(value);
    String key =
        String.join(
            "|",
            reading.modelId(),
            reading.modelVersion(),
            reading.segment(),
            reading.variant(),
            Long.toString(reading.windowStartMillis()));
    PerformanceReading known = readings.get(key);
    String text = new String(value, StandardCharsets.UTF_8);
    if (known == null || reading.revision() > known.revision()) {
      readings.put(key, reading);
      readingBytes.put(key, text);
    } else if (reading.revision() == known.revision() && reading.maturity() == Maturity.FINAL) {
      assertThat(text).as("two final readings of one revision").isEqualTo(readingBytes.get(key));
    }
  }

  /** The newest record of every prediction, by {@code model|prediction id}. */
  Map<String, GroundTruth> truths() {
    return truths;
  }

  /** The same as it is in the topic. */
  Map<String, String> truthBytes() {
    return truthBytes;
  }

  /** The newest reading of every window, by its key. */
  Map<String, PerformanceReading> readings() {
    return readings;
  }

  /** The same as it is in the topic. */
  Map<String, String> readingBytes() {
    return readingBytes;
  }

  Set<LateOutcome> late() {
    return late;
  }

  /** Refused records by reason. */
  Map<Reason, Long> deadByReason() {
    return dead.values().stream()
        .collect(Collectors.groupingBy(DeadLetter::reason, Collectors.counting()));
  }

  /** Dead letters of a topic. */
  long dead(Topic topic) {
    return dead.values().stream().filter(d -> d.topic().equals(topic.in(namespace))).count();
  }

  /** Dead letters by content: where they lay differs from run to run, as heartbeats do. */
  List<String> deadContents() {
    return dead.values().stream().map(this::content).sorted().toList();
  }

  private String content(DeadLetter letter) {
    // The detail of this reason names the Kafka time of the record.
    String detail = letter.reason() == Reason.FUTURE ? "" : letter.detail();
    return String.join(
        " ",
        letter.topic().substring(namespace.length()),
        letter.reason().name(),
        String.valueOf(letter.field()),
        detail,
        hex(letter),
        Integer.toString(letter.size()));
  }

  private static String hex(DeadLetter letter) {
    return HexFormat.of().formatHex(letter.bytes());
  }
}
