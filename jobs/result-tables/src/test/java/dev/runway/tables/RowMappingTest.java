package dev.runway.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.flink.RawEvent;
import dev.runway.model.DeadLetter;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.EmbeddingMixture.Mixing;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelState;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.Reason;
import dev.runway.tables.write.Origin;
import dev.runway.tables.write.RowJson;
import dev.runway.tables.write.Table;
import dev.runway.tables.write.TableRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
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

  private static final String SIGNALS =
      "{\"parts\":{\"AGE\":{\"severity\":0.75,\"value\":1.5,\"warn\":1.0,\"critical\":2.0,"
              .replace("\"", "\\\"")
          + "\"window_end\":983408400000}},\"missing\":[\"PERFORMANCE\"],\"features\":[\"age\"]}"
              .replace("\"", "\\\"");

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
  void driftReading_isRowsOfTheModelOfEachFeatureAndOfEachSignal() {
    String begin =
        "{\"table\":\"drift_readings\",\"row\":{\"model_id\":\"m\",\"model_version\":\"v1\","
            + "\"segment\":\"*\",\"profile_id\":\"b-1\","
            + "\"window_end_at\":\"2001-03-01T01:00:00Z\",";
    String end =
        ",\"status\":\"EVALUATED\",\"window_start_at\":\"2001-03-01T00:00:00Z\","
            + "\"evaluated_from_at\":\"2001-02-28T23:00:00Z\",\"provisional\":false,"
            + "\"revision\":700"
            + END;
    String model = begin + "\"feature\":\"*\",\"metric\":\"%s\",\"kind\":\"MODEL\",\"value\":%s,";
    String counted = "\"samples\":2000,\"severity\":0.25,\"flagged\":true" + end;
    String age = begin + "\"feature\":\"age\",\"metric\":\"%s\",\"kind\":\"NUMERIC\",";
    String origin = age.replace("age", "origin");
    String psi =
        "\"value\":0.7,\"low\":0.25,\"high\":0.5,\"standard_error\":0.0625,\"samples\":1900,"
            + "\"method\":\"EXACT_HISTOGRAM\",\"threshold\":0.125,\"p_value\":0.001,"
            + "\"q_value\":0.014,";
    String missing = "\"samples\":2000,\"method\":\"COUNT\",";

    assertThat(
            json(
                new DriftRows(),
                new Sourced<>(ORIGIN, DriftReadings.of("m", 700, "!age", "origin"))))
        .containsExactly(
            model.formatted("severity", "0.25") + counted,
            model.formatted("features", "14.0") + counted,
            model.formatted("evaluated", "13.0") + counted,
            model.formatted("flagged", "1.0") + counted,
            age.formatted("severity")
                + "\"value\":0.75,\"samples\":2000,\"severity\":0.75,\"flagged\":true"
                + end,
            age.formatted("psi") + psi + "\"severity\":0.75,\"flagged\":true" + end,
            age.formatted("missing") + missing + "\"severity\":0.75,\"flagged\":false" + end,
            origin.formatted("severity") + "\"samples\":2000,\"flagged\":false" + end,
            origin.formatted("psi") + psi + "\"flagged\":false" + end,
            origin.formatted("missing") + missing + "\"flagged\":false" + end);
  }

  @Test
  void excusedFeature_hasRowsThatSayWhy() {
    var flagged = DriftReadings.of("m", 700, "age");
    var age = flagged.features().get(0);
    var excused =
        new DriftReading(
            flagged.modelId(),
            flagged.modelVersion(),
            flagged.segment(),
            flagged.profileId(),
            false,
            flagged.windowStartMillis(),
            flagged.windowEndMillis(),
            flagged.evaluatedFromMillis(),
            flagged.revision(),
            flagged.status(),
            flagged.predictions(),
            flagged.profileFeatures(),
            flagged.evaluated(),
            0,
            1,
            0.0,
            List.of(
                new DriftReading.Feature(
                    age.name(), age.kind(), false, 2, age.severity(), age.signals())));

    assertThat(json(new DriftRows(), new Sourced<>(ORIGIN, excused)))
        .anySatisfy(
            row ->
                assertThat(row)
                    .contains("\"feature\":\"*\",\"metric\":\"excused\"", "\"value\":1.0"))
        .anySatisfy(
            row ->
                assertThat(row)
                    .contains(
                        "\"feature\":\"age\",\"metric\":\"excused_by_week\"",
                        "\"value\":2.0,",
                        "\"flagged\":false"));
  }

  @Test
  void signalOfASketch_hasItsErrorAndItsWordsInItsRow() {
    var plain = DriftReadings.of("m", 700, "age");
    var age = plain.features().get(0);
    var signal =
        new DriftReading.Signal(
            "new_category",
            0.25,
            null,
            null,
            null,
            2_000,
            "WORD_FILTER",
            null,
            null,
            null,
            false,
            0.125,
            "zz 41");
    var rough =
        new DriftReading(
            plain.modelId(),
            plain.modelVersion(),
            plain.segment(),
            plain.profileId(),
            false,
            plain.windowStartMillis(),
            plain.windowEndMillis(),
            plain.evaluatedFromMillis(),
            plain.revision(),
            plain.status(),
            plain.predictions(),
            plain.profileFeatures(),
            plain.evaluated(),
            0,
            0.0,
            List.of(
                new DriftReading.Feature(
                    age.name(), age.kind(), false, age.severity(), List.of(signal))));

    assertThat(json(new DriftRows(), new Sourced<>(ORIGIN, rough)))
        .anySatisfy(
            row ->
                assertThat(row)
                    .contains(
                        "\"metric\":\"new_category\"",
                        "\"method_error\":0.125",
                        "\"detail\":\"zz 41\""));
  }

  @Test
  void driftReading_whoseRowsWouldMeet_isRefused() throws MalformedEvent {
    var decoder = new DriftDecoder();
    var good = DriftReadings.of("m", 700, "age", "origin");

    assertThat(decoder.decode(raw(DriftReadingCodec.write(good))).event()).isEqualTo(good);
    assertThatThrownBy(
            () -> decoder.decode(raw(DriftReadingCodec.write(DriftReadings.of("m", 1, "a", "*")))))
        .isInstanceOfSatisfying(
            MalformedEvent.class, e -> assertThat(e.field()).isEqualTo("features[1].name"));
    String severity =
        new String(DriftReadingCodec.write(good), StandardCharsets.UTF_8)
            .replaceFirst("missing", "severity");
    assertThatThrownBy(() -> decoder.decode(raw(severity.getBytes(StandardCharsets.UTF_8))))
        .isInstanceOfSatisfying(
            MalformedEvent.class,
            e -> assertThat(e.field()).isEqualTo("features[0].signals[1].metric"));
  }

  @Test
  void tile_isOneRowWithItsBytes() {
    assertThat(json(new TileRows(), new Sourced<>(ORIGIN, DriftReadings.tile("m", 7, 3))))
        .containsExactly(
            "{\"table\":\"drift_tiles\",\"row\":{\"model_id\":\"m\",\"model_version\":\"v1\","
                + "\"segment\":\"*\",\"profile_id\":\"b-1\","
                + "\"window_start_at\":\"2001-03-01T00:00:00Z\","
                + "\"window_end_at\":\"2001-03-01T00:01:00Z\",\"predictions\":2000,"
                + "\"tile\":\"BwcH\",\"revision\":7"
                + END);
  }

  @Test
  void state_isOneRowOfItsVersionsHistory() {
    assertThat(
            json(
                new StalenessRows(),
                new Sourced<>(ORIGIN, States.staleness("m", ModelState.STALE, 3))))
        .containsExactly(
            "{\"table\":\"staleness\",\"row\":{\"model_id\":\"m\",\"model_version\":\"v1\","
                + "\"revision\":983408400003,\"state\":\"STALE\",\"previous_state\":\"AT_RISK\","
                + "\"since_at\":\"2001-03-01T01:00:00Z\",\"episode\":\"m/v1/983408400000\","
                + "\"score\":0.75,\"coverage\":0.65,\"signals\":\""
                + SIGNALS
                + "\",\"policy\":\"strict\",\"policy_version\":4,"
                + "\"window_end_at\":\"2001-03-01T01:00:00Z\",\"tier\":1,\"team\":\"flights\","
                + "\"judged_at\":\"2001-03-01T01:00:00.003Z\""
                + END);
  }

  @Test
  void decision_isOneRowWithItsInputsAsTheyStand() {
    var decision = States.decision("m", 7);

    assertThat(json(new DecisionRows(), new Sourced<>(ORIGIN, decision)))
        .containsExactly(
            "{\"table\":\"retrain_decisions\",\"row\":{\"decision_id\":\""
                + decision.id()
                + "\",\"decided_at\":\"2001-03-01T01:00:00Z\",\"model_id\":\"m\",\"model_version\":\"v1\","
                + "\"window_end_at\":\"2001-03-01T01:00:00Z\",\"verdict\":\"RETRAIN\","
                + "\"mode\":\"AUTO\",\"hold\":\"COOL_DOWN\",\"state_before\":\"AT_RISK\","
                + "\"state_after\":\"STALE\",\"episode\":\"m/v1/983408400000\",\"score\":0.75,"
                + "\"severity_class\":\"MEDIUM\",\"coverage\":0.65,\"signals\":\""
                + SIGNALS
                + "\",\"profile_id\":\"b-1\",\"inputs\":\"{\\\"tick\\\": 7}\","
                + "\"explanation\":\"it waits\",\"evidence_hash\":\""
                + "0".repeat(64)
                + "\",\"tier\":1"
                + END);
  }

  @Test
  void stability_isOneRowOfItsPair() {
    assertThat(
            json(new StabilityRows(), new Sourced<>(ORIGIN, Stabilities.of(Compatibility.ROTATED))))
        .containsExactly(
            "{\"table\":\"embedding_stability\",\"row\":{\"space_id\":\"titles\","
                + "\"version_before\":\"v5\",\"version_after\":\"v6\","
                + "\"document_revision\":3,\"as_of\":\"2001-03-01T00:00:00Z\","
                + "\"baseline\":false,\"compatibility\":\"ROTATED\",\"items_before\":5000,"
                + "\"items_after\":4000,\"pairs\":3900,\"unusable_pairs\":2,"
                + "\"dimensions_before\":64,\"dimensions_after\":64,\"sample_size\":1000,"
                + "\"neighbours\":10,\"knn_overlap\":0.75,\"measured\":\""
                + "{\\\"metrics\\\":{\\\"knn_overlap\\\":{\\\"value\\\":0.75,\\\"n\\\":1000},"
                + "\\\"aligned_cosine\\\":{\\\"n\\\":3900,\\\"gap\\\":\\\"TOO_FEW_PAIRS\\\"}},"
                + "\\\"verdicts\\\":{\\\"COORDINATES\\\":{\\\"compatibility\\\":\\\"ROTATED\\\","
                + "\\\"reason\\\":\\\"ROTATION\\\",\\\"models\\\":[\\\"late-arrival\\\"]}}}"
                + "\",\"rotation_uri\":\"file:///a.npy\",\"rotation_sha256\":\""
                + "0".repeat(64)
                + "\""
                + END);
    Table table = new StabilityRows().table();
    assertThat(table.newerBy())
        .containsExactly(
            "document_revision", "as_of", "items_before", "items_after", "computed_at");
    assertThat(table.pruning()).isEqualTo("drop_old_embedding_stability");
  }

  @Test
  void traffic_isOneRowOfItsWindow() throws IOException {
    var traffic = new Sourced<>(ORIGIN, Stabilities.traffic(5_000, 0.75));

    assertThat(json(new TrafficRows(), traffic))
        .containsExactly(
            "{\"table\":\"embedding_traffic\",\"row\":{\"space_id\":\"titles\","
                + "\"embedding_version\":\"v5\",\"window_start_at\":\"2001-03-01T00:00:00Z\","
                + "\"window_end_at\":\"2001-03-01T00:10:00Z\",\"document_revision\":3,"
                + "\"dimensions\":64,\"vectors\":5000,\"gone\":2,\"events\":5002,"
                + "\"reference_start_at\":\"2001-02-28T23:00:00Z\","
                + "\"reference_end_at\":\"2001-02-28T23:10:00Z\",\"reference_vectors\":10000,"
                + "\"mean_shift\":0.75,\"breached\":\"[\\\"mean_shift\\\"]\",\"measured\":\""
                + "{\\\"mean_shift\\\":{\\\"value\\\":0.75,\\\"n\\\":5000},"
                + "\\\"norm_ratio\\\":{\\\"n\\\":5000,\\\"gap\\\":\\\"UNDEFINED\\\"}}\""
                + END);
    assertThat(new TrafficRows().table().newerBy()).containsExactly("events", "computed_at");
    assertThat(new TrafficRows().table().pruning()).isEqualTo("drop_old_embedding_traffic");
    assertThat(throughBytes(SourcedTrafficSerializer.TYPE, traffic)).isEqualTo(traffic);
  }

  @Test
  void mixture_isOneRowOfItsWindow() throws IOException {
    var mixture = new Sourced<>(ORIGIN, Stabilities.mixture(8, Mixing.WITHIN));

    assertThat(json(new MixtureRows(), mixture))
        .containsExactly(
            "{\"table\":\"embedding_mixtures\",\"row\":{\"model_id\":\"late-arrival\","
                + "\"model_version\":\"v1\",\"space_id\":\"titles\","
                + "\"window_start_at\":\"2001-03-01T00:00:00Z\","
                + "\"window_end_at\":\"2001-03-01T00:10:00Z\",\"predictions\":8,"
                + "\"mixing\":\"WITHIN\",\"threshold\":0.25,\"within_predictions\":1,"
                + "\"within_share\":0.125,\"within_low\":0.0625,\"within_high\":0.25,"
                + "\"versions\":\"{\\\"v5\\\":{\\\"predictions\\\":7,\\\"share\\\":0.875,"
                + "\\\"low\\\":0.5,\\\"high\\\":1.0}}\""
                + END);
    assertThat(new MixtureRows().table().newerBy()).containsExactly("predictions", "computed_at");
    assertThat(new MixtureRows().table().pruning()).isEqualTo("drop_old_embedding_mixtures");
    assertThat(throughBytes(SourcedMixtureSerializer.TYPE, mixture)).isEqualTo(mixture);
  }

  @Test
  void sourcedStability_isReadAsWritten() throws IOException {
    var stability = new Sourced<>(ORIGIN, Stabilities.of(Compatibility.STABLE));

    assertThat(throughBytes(SourcedStabilitySerializer.TYPE, stability)).isEqualTo(stability);
  }

  @Test
  void driftReadingsAndTiles_areReplacedByNewerOnesAndEnd() {
    for (Table table : List.of(new DriftRows().table(), new TileRows().table())) {
      assertThat(table.newerBy()).containsExactly("revision", "computed_at");
      assertThat(table.pruning()).isEqualTo("drop_old_" + table.name());
    }
  }

  @Test
  void sourcedDriftReadingAndTile_areReadAsWritten() throws IOException {
    assertThat(
            throughBytes(
                SourcedDriftSerializer.TYPE,
                new Sourced<>(ORIGIN, DriftReadings.of("m", 7, "!age"))))
        .isEqualTo(new Sourced<>(ORIGIN, DriftReadings.of("m", 7, "!age")));
    assertThat(
            throughBytes(
                SourcedTileSerializer.TYPE, new Sourced<>(ORIGIN, DriftReadings.tile("m", 7, 9))))
        .usingRecursiveComparison()
        .isEqualTo(new Sourced<>(ORIGIN, DriftReadings.tile("m", 7, 9)));
  }

  @Test
  void sourcedStateAndDecision_areReadAsWritten() throws IOException {
    var state = new Sourced<>(ORIGIN, States.staleness("m", ModelState.HEALTHY, 1));
    var decision = new Sourced<>(ORIGIN, States.decision("m", 7));

    assertThat(throughBytes(SourcedStalenessSerializer.TYPE, state)).isEqualTo(state);
    assertThat(throughBytes(SourcedDecisionSerializer.TYPE, decision))
        .usingRecursiveComparison()
        .isEqualTo(decision);
  }

  private static <T> T throughBytes(TypeInformation<T> type, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    type.createSerializer(null).serialize(value, out);
    return type.createSerializer(null)
        .deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
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
    return raw(PerformanceReadingCodec.write(reading));
  }

  private static RawEvent raw(byte[] value) {
    return new RawEvent(null, value, "runway.performance", 0, 1, 0, List.of());
  }

  private static <E> List<String> json(RowMapping<E> mapping, Sourced<E> event) {
    List<TableRow> rows = mapping.rows(event);
    assertThat(rows).allMatch(row -> row.origin().equals(ORIGIN));
    return rows.stream()
        .map(row -> new String(RowJson.write(mapping.table(), row), StandardCharsets.UTF_8))
        .toList();
  }
}
