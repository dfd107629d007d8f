package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.demo.stage.Arena;
import dev.runway.demo.stage.TableCheck;
import dev.runway.e2e.trace.Case;
import dev.runway.e2e.trace.Trace;
import dev.runway.e2e.trace.TraceFeatures;
import dev.runway.e2e.trace.TraceModels;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Prediction;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** What a namespace says of drift when nothing changes any more, and what it must say. */
final class FinalDrift {
  private static final String READINGS = "drift_readings";
  private static final String TILES = "drift_tiles";
  private static final String BASELINES = "provisional baselines";

  /** Labels are judged behind the join, and estimates behind these: so they are looked at twice. */
  private static final Duration QUIET = Duration.ofSeconds(6);

  private static final ObjectMapper JSON = new ObjectMapper();

  private FinalDrift() {}

  /** The rows of drift once tables say what topics say, and the baselines the job made itself. */
  static Map<String, List<String>> read(Arena arena, Duration patience) throws Exception {
    return read(arena, patience, Map.of());
  }

  /**
   * As {@link #read(Arena, Duration)}, but gives up only after the patience while there are fewer
   * rows than in another run.
   */
  static Map<String, List<String>> read(
      Arena arena, Duration patience, Map<String, List<String>> other) throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    Map<String, List<String>> before = once(arena, patience);
    while (true) {
      TimeUnit.NANOSECONDS.sleep(QUIET.toNanos());
      Map<String, List<String>> now = once(arena, patience);
      boolean many =
          now.entrySet().stream()
              .allMatch(
                  rows ->
                      rows.getValue().size()
                          >= other.getOrDefault(rows.getKey(), List.of()).size());
      // What differs after so long is for the caller's comparison to tell.
      if ((now.equals(before) && many) || System.nanoTime() > deadline) {
        return now;
      }
      before = now;
    }
  }

  private static Map<String, List<String>> once(Arena arena, Duration patience) throws Exception {
    TableCheck.await(arena, patience);
    Map<String, List<String>> rows = new TreeMap<>();
    rows.put(READINGS, TableRows.drift(arena.tables(), READINGS));
    rows.put(TILES, TableRows.drift(arena.tables(), TILES));
    rows.put(BASELINES, provisional(arena.stack().bootstrapServers(), arena.namespace()));
    return rows;
  }

  private static List<String> provisional(String servers, String namespace) throws MalformedEvent {
    TreeSet<String> texts = new TreeSet<>();
    for (byte[] value : TopicDump.values(servers, Topic.BASELINES.in(namespace))) {
      Baseline baseline = BaselineCodec.read(value);
      if (baseline.provisional()) {
        texts.add(new String(value, StandardCharsets.UTF_8));
      }
    }
    return List.copyOf(texts);
  }

  /** Holds rows against the trace: two runs may share a mistake. */
  static void requireExpected(Map<String, List<String>> rows, Trace trace) throws Exception {
    Map<String, Long> sent = new TreeMap<>();
    Map<String, Boolean> shifted = new TreeMap<>();
    for (Case c : trace.cases()) {
      if (c.model().modelId().equals(TraceFeatures.SHIFTED)) {
        count(c.prediction(), 1 + c.repeats(), sent, shifted);
        c.conflicts().forEach(conflict -> count(conflict, 1, sent, shifted));
      }
    }
    Map<String, Long> found = new TreeMap<>();
    Map<String, Boolean> flagged = new TreeMap<>();
    for (String text : rows.getOrDefault(READINGS, List.of())) {
      JsonNode row = JSON.readTree(text);
      String profile = row.path("profile_id").asText();
      if (profile.startsWith(TraceFeatures.SHIFTED + "-")
          && row.path("segment").asText().equals("*")) {
        String window = row.path("model_version").asText() + ' ' + startMillis(row);
        if (row.path("feature").asText().equals("*")
            && row.path("metric").asText().equals("severity")) {
          found.put(window, row.path("samples").asLong(-1));
        } else if (row.path("feature").asText().equals("amount")
            && row.path("metric").asText().equals("psi")) {
          flagged.put(window, row.path("flagged").asBoolean());
        }
      }
    }
    assertThat(found).as("predictions of each window").isEqualTo(sent);
    assertThat(flagged).as("windows whose amounts have drifted").isEqualTo(shifted);
    // Of two more binary models, the classes and the rankings: each version of each.
    assertThat(rows.get(BASELINES)).hasSize(4 * TraceModels.VERSIONS.size());
  }

  private static void count(
      Prediction event, long times, Map<String, Long> sent, Map<String, Boolean> shifted) {
    long length = TraceModels.WINDOW.toMillis();
    long start = Math.floorDiv(event.predictedAtMillis(), length) * length;
    String window = event.modelVersion() + ' ' + start;
    sent.merge(window, times, Long::sum);
    shifted.put(window, TraceFeatures.isShifted(event));
  }

  private static long startMillis(JsonNode row) {
    return OffsetDateTime.parse(row.path("window_start_at").asText()).toInstant().toEpochMilli();
  }
}
