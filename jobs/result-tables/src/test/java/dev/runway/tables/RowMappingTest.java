package dev.runway.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.flink.RawEvent;
import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.Reason;
import dev.runway.tables.write.Origin;
import dev.runway.tables.write.RowJson;
import dev.runway.tables.write.TableRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rows as JSON name their columns; nulls are left out. */
class RowMappingTest {
  private static final Origin ORIGIN =
      new Origin("runway.performance", 3, 42, 983_408_400_500L); // 2001-03-01T01:00:00.500Z

  private static final String WINDOW =
      "\"model_id\":\"m\",\"model_version\":\"v1\",\"segment\":\"*\",\"variant\":\"*\","
          + "\"window_start_at\":\"2001-03-01T00:00:00Z\","
          + "\"window_end_at\":\"2001-03-01T01:00:00Z\",\"task\":\"BINARY\",";
  private static final String END = ",\"computed_at\":\"2001-03-01T01:00:00.500Z\"}}";

  private final Sourced<PerformanceReading> reading = new Sourced<>(ORIGIN, Readings.of("m", 700));

  @Test
  void reading_isOnePerformanceRowForEachMetricAndUndefinedIsNull() {
    assertThat(json(new PerformanceRows(ReadingView.SPEED), reading))
        .containsExactly(
            "{\"table\":\"performance\",\"row\":{"
                + WINDOW
                + "\"metric\":\"accuracy\",\"estimated\":false,\"value\":0.7,\"low\":0.1,\"high\":0.9,\"se\":0.05,"
                + "\"samples\":5,\"effective_samples\":4.5,\"maturity\":\"PROVISIONAL\","
                + "\"revision\":700"
                + END,
            "{\"table\":\"performance\",\"row\":{"
                + WINDOW
                + "\"metric\":\"auc\",\"estimated\":false,\"samples\":5,\"effective_samples\":4.5,"
                + "\"maturity\":\"PROVISIONAL\",\"revision\":700"
                + END);
  }

  @Test
  void reading_isOneCoverageRowWhoseCountersAddUp() {
    assertThat(json(new LabelCoverageRows(ReadingView.SPEED), reading))
        .containsExactly(
            "{\"table\":\"label_coverage\",\"row\":{"
                + WINDOW
                + "\"received\":12,\"predictions\":10,\"joined\":5,\"waiting\":3,\"unlabelled\":2,"
                + "\"duplicates\":1,\"conflicts\":1,\"matured\":7,\"matched_matured\":5,"
                + "\"coverage\":0.7142857142857143,\"coverage_so_far\":0.5,"
                + "\"maturity\":\"PROVISIONAL\",\"revision\":700"
                + END);
  }

  @Test
  void reading_isOneDelayRow() {
    assertThat(json(new LabelDelayRows(ReadingView.SPEED), reading))
        .containsExactly(
            "{\"table\":\"label_delay\",\"row\":{"
                + WINDOW
                + "\"labels\":5,\"mean_millis\":61000.0,\"p50_millis\":60000.0,"
                + "\"p95_millis\":90000.0,\"relative_error\":0.01,\"censored\":5,"
                + "\"maturity\":\"PROVISIONAL\",\"revision\":700"
                + END);
  }

  @Test
  void masterReading_isTheSameRowsInTablesOfTheirOwn() {
    for (var mappings :
        Map.of(
                new PerformanceRows(ReadingView.SPEED),
                new PerformanceRows(ReadingView.MASTER),
                new LabelCoverageRows(ReadingView.SPEED),
                new LabelCoverageRows(ReadingView.MASTER),
                new LabelDelayRows(ReadingView.SPEED),
                new LabelDelayRows(ReadingView.MASTER))
            .entrySet()) {
      assertThat(json(mappings.getValue(), reading))
          .isNotEmpty()
          .isEqualTo(
              json(mappings.getKey(), reading).stream()
                  .map(row -> row.replace("{\"table\":\"", "{\"table\":\"master_"))
                  .toList());
    }
  }

  @Test
  void masterReading_ofALaterRun_staysWhateverItsRevision() {
    assertThat(new PerformanceRows(ReadingView.MASTER).table().newerBy())
        .isEqualTo(new LabelCoverageRows(ReadingView.MASTER).table().newerBy())
        .isEqualTo(new LabelDelayRows(ReadingView.MASTER).table().newerBy())
        .containsExactly("computed_at");
    assertThat(new PerformanceRows(ReadingView.SPEED).table().newerBy())
        .containsExactly("revision", "computed_at");
  }

  @Test
  void masterReading_mustBeFinal() throws MalformedEvent {
    var decoder = new ReadingDecoder(ReadingView.MASTER);

    assertThat(decoder.decode(raw(Readings.finished("m", 7))).event().revision())
        .isEqualTo(PerformanceReading.FINAL_REVISION + 7);
    assertThatThrownBy(() -> decoder.decode(raw(Readings.of("m", 7))))
        .isInstanceOfSatisfying(
            MalformedEvent.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.BAD_VALUE);
              assertThat(e.field()).isEqualTo("maturity");
            });
    assertThat(new ReadingDecoder(ReadingView.SPEED).decode(raw(Readings.of("m", 7)))).isNotNull();
  }

  @Test
  void deadLetter_isOneRowWithTextThatCanBeStored() {
    var letter =
        new DeadLetter(
            "runway.predictions",
            1,
            7,
            Reason.BAD_VALUE,
            "features.\u0000",
            "found \uD800 and \uD83D\uDE00",
            ORIGIN.recordedAtMillis(),
            new byte[] {0, 1},
            9);

    assertThat(json(new DeadLetterRows(), new Sourced<>(ORIGIN, letter)))
        .containsExactly(
            "{\"table\":\"dead_letters\",\"row\":{\"source_topic\":\"runway.predictions\","
                + "\"source_partition\":1,\"source_offset\":7,\"reason\":\"BAD_VALUE\","
                + "\"event_bytes\":\"AAE=\",\"field\":\"features.\uFFFD\","
                + "\"detail\":\"found \uFFFD and \uD83D\uDE00\",\"cut\":true,"
                + "\"received_at\":\"2001-03-01T01:00:00.500Z\"}}");
  }

  private static RawEvent raw(PerformanceReading reading) {
    return new RawEvent(
        null, PerformanceReadingCodec.write(reading), "runway.performance", 0, 1, 0, List.of());
  }

  private static <E> List<String> json(RowMapping<E> mapping, Sourced<E> event) {
    List<TableRow> rows = mapping.rows(event);
    assertThat(rows).allMatch(row -> row.origin().equals(ORIGIN));
    return rows.stream()
        .map(row -> new String(RowJson.write(mapping.table(), row), StandardCharsets.UTF_8))
        .toList();
  }
}
