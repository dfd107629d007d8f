package dev.runway.groundtruth.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.RandomEvents;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.join.SomeModel;
import dev.runway.groundtruth.window.ModelVersion;
import dev.runway.model.EntityKey;
import dev.runway.model.GroundTruth;
import dev.runway.model.LabelStatus;
import dev.runway.model.Maturity;
import dev.runway.model.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes into a Parquet file comes out of it, now and in later releases. */
class ArchivedRowsTest {
  private static final long T = 1_750_000_020_000L;
  private static final int HASH_OF_PART = -360_359_725;
  private static final int HASH_OF_VERSION = 630_732_009;
  private static final Path GOLDEN = Path.of("src/test/resources/golden/archive");

  @TempDir Path folder;

  @Test
  void anyEvent_isRebuiltBitForBit() throws IOException {
    RandomEvents events = new RandomEvents(new Random(11));
    assertRebuilt(new PredictionRows(), events::prediction);
    assertRebuilt(new OutcomeRows(), events::outcome);
    assertRebuilt(new TruthRows(), events::truth);
  }

  private <E> void assertRebuilt(RowFormat<E> format, Supplier<E> events) throws IOException {
    List<E> written = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      written.add(events.get());
    }
    Path file = folder.resolve(format.dataset() + ".parquet");
    ParquetFiles.write(format, written, file);
    // Records compare doubles by their bits.
    assertThat(ParquetFiles.read(format, file)).isEqualTo(written);
  }

  @Test
  void filesOfVersion1_areStillRead() throws IOException {
    requireGolden(
        new PredictionRows(), List.of(prediction(), SomeModel.explicit().prediction("q", T)));
    requireGolden(
        new OutcomeRows(),
        List.of(
            SomeModel.implicitNegative().label("p", T + 5_000, "true", 3),
            SomeModel.implicitNegative().retraction("p", T + 6_000, 4, 3).ofFormerSample()));
    requireGolden(new TruthRows(), List.of(truth()));
  }

  /** Predictions that say whom they are about. */
  @Test
  void predictionsOfVersion2_areStillRead() throws IOException {
    requireGolden(
        new PredictionRows(),
        2,
        List.of(
            prediction().about(new EntityKey(1, -2)),
            SomeModel.explicit().prediction("q", T).about(new EntityKey(1, -2)),
            SomeModel.explicit().prediction("r", T)));
  }

  private static <E> void requireGolden(RowFormat<E> format, List<E> events) throws IOException {
    requireGolden(format, 1, events);
  }

  private static <E> void requireGolden(RowFormat<E> format, int version, List<E> events)
      throws IOException {
    Path file = GOLDEN.resolve(format.dataset() + "-v" + version + ".parquet");
    if (!Files.exists(file) && Boolean.getBoolean("golden.write")) {
      Files.createDirectories(GOLDEN);
      ParquetFiles.write(format, events, file);
    }
    assertThat(ParquetFiles.read(format, file)).isEqualTo(events);
  }

  @Test
  void newColumn_hasItsDefaultWhereAnOlderFileHasNone() throws IOException {
    Schema newer = with(new OutcomeRows().schema(), "channel", "web");
    RowFormat<GenericRecord> reader = new Columnar(newer);

    List<GenericRecord> rows = ParquetFiles.read(reader, GOLDEN.resolve("outcomes-v1.parquet"));

    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).get("channel")).hasToString("web");
    assertThat(rows.get(0).get("label")).hasToString("true");
  }

  @Test
  void columnOfANewerRelease_isLeftOut() throws IOException {
    OutcomeRows now = new OutcomeRows();
    Schema newer = with(now.schema(), "channel", "web");
    AdmittedOutcome outcome = SomeModel.implicitNegative().label("p", T + 5_000, "true", 3);
    GenericRecord row = new GenericData.Record(newer);
    GenericRecord old = now.columns(outcome);
    old.getSchema().getFields().forEach(field -> row.put(field.name(), old.get(field.name())));
    row.put("channel", "app");
    Path file = folder.resolve("newer.parquet");
    try (FSDataOutputStream out = ParquetFiles.create(file)) {
      var writer = ParquetBatchWriter.parquet(newer).create(out);
      writer.addElement(row);
      writer.finish();
    }

    assertThat(ParquetFiles.read(now, file)).containsExactly(outcome);
  }

  /** A release that writes another layout meets rows of this one, which wait in a savepoint. */
  @Test
  void waitingRowsOfAnOlderLayout_areRead_andThoseOfANewerOneRefused() throws IOException {
    AdmittedOutcome outcome = SomeModel.implicitNegative().label("p", T + 5_000, "true", 3);
    RowFormat<AdmittedOutcome> later = new LaterOutcomeRows();

    assertThat(waited(later, rows(1, new OutcomeRows().serializer(), outcome)))
        .containsExactly(outcome, outcome);
    assertThat(waited(later, rows(2, later.serializer(), outcome)))
        .containsExactly(outcome, outcome);
    assertThatThrownBy(() -> waited(later, rows(3, later.serializer(), outcome)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("written by a newer release");
  }

  private static RowBytes rows(
      int layout, VersionedSerializer<AdmittedOutcome> serializer, AdmittedOutcome outcome)
      throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(outcome, out);
    serializer.serialize(outcome, out);
    return new RowBytes(layout, 2, out.getCopyOfBuffer());
  }

  private static List<AdmittedOutcome> waited(RowFormat<AdmittedOutcome> format, RowBytes rows)
      throws IOException {
    List<AdmittedOutcome> events = new ArrayList<>();
    ParquetBatchWriter.forEach(format, rows, events::add);
    return events;
  }

  /** Outcomes with one byte more. */
  private static final class LaterOutcomeSerializer extends VersionedSerializer<AdmittedOutcome> {
    @Override
    public int version() {
      return 2;
    }

    @Override
    protected void write(AdmittedOutcome outcome, DataOutputView out) throws IOException {
      new OutcomeRows().serializer().serialize(outcome, out);
      out.writeByte(17);
    }

    @Override
    protected AdmittedOutcome read(int version, DataInputView in) throws IOException {
      AdmittedOutcome outcome = new OutcomeRows().serializer().deserialize(in);
      if (version == 2) {
        assertThat(in.readByte()).isEqualTo((byte) 17);
      }
      return outcome;
    }
  }

  /** A dataset of which only waiting rows are looked at. */
  private abstract static class NoFile<E> implements RowFormat<E> {
    @Override
    public String dataset() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long atMillis(E event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String modelId(E event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public VersionedTypeInfo<E> type() {
      throw new UnsupportedOperationException();
    }

    @Override
    public GenericRecord columns(E event) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class LaterOutcomeRows extends NoFile<AdmittedOutcome> {
    @Override
    public VersionedSerializer<AdmittedOutcome> serializer() {
      return new LaterOutcomeSerializer();
    }

    @Override
    public Schema schema() {
      throw new UnsupportedOperationException();
    }

    @Override
    public AdmittedOutcome event(GenericRecord columns) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void largeFile_isReadInSmallBatches_andFromAnyRowOn() throws IOException {
    int size = 100_000;
    List<AdmittedOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      outcomes.add(SomeModel.implicitNegative().label("p" + i, T + i, "true", i));
    }
    Path file = folder.resolve("large.parquet");
    ParquetFiles.write(new OutcomeRows(), outcomes, file);

    List<List<AdmittedOutcome>> batches = ParquetFiles.batches(new OutcomeRows(), file);

    assertThat(batches).hasSize(size / ParquetRows.BATCH_ROWS);
    assertThat(batches).allMatch(batch -> batch.size() == ParquetRows.BATCH_ROWS);
    assertThat(ParquetFiles.readBehind(new OutcomeRows(), file, size - 3))
        .isEqualTo(outcomes.subList(size - 3, size));
  }

  @Test
  void brokenFile_isNamed() throws IOException {
    Path file = folder.resolve("part-broken.parquet");
    Files.writeString(file, "no Parquet, though it is long enough");

    assertThatThrownBy(() -> ParquetFiles.read(new OutcomeRows(), file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("part-broken.parquet");
  }

  private static Schema with(Schema schema, String column, String defaultText) {
    List<Schema.Field> fields = new ArrayList<>();
    schema.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(
        new Schema.Field(
            column, SchemaBuilder.builder().stringType(), "Added later.", defaultText));
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
  }

  /** Reads rows as they are, by another schema. */
  private static final class Columnar extends NoFile<GenericRecord> {
    private final transient Schema schema;

    Columnar(Schema schema) {
      this.schema = schema;
    }

    @Override
    public Schema schema() {
      return schema;
    }

    @Override
    public GenericRecord event(GenericRecord columns) {
      return columns;
    }

    @Override
    public VersionedSerializer<GenericRecord> serializer() {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void folder_isThatOfTheUtcDayAndOfTheModelInSafeCharacters() {
    assertThat(ArchivePart.of("outcomes", 0, "late-arrival").folder())
        .isEqualTo("outcomes/day=1970-01-01/model=late-arrival");
    assertThat(ArchivePart.of("outcomes", -1, "a/b=c%d*?~").folder())
        .isEqualTo("outcomes/day=1969-12-31/model=a%2Fb%3Dc%25d%2A%3F%7E");
  }

  /** A file system takes 255 bytes; the encoding of an id may have 384. */
  @Test
  void folderOfALongId_isCutAndStaysItsOwn() throws IOException {
    List<String> ids =
        List.of(
            "/".repeat(128), "/".repeat(127) + "?", "a" + "/".repeat(127), "ab" + "/".repeat(126));
    List<String> folders =
        ids.stream().map(id -> ArchivePart.of("outcomes", 0, id).folder()).toList();

    assertThat(folders).doesNotHaveDuplicates();
    for (String name : folders) {
      assertThat(name).matches("outcomes/day=1970-01-01/model=a?b?(%2F){49,50}~[0-9a-f]{32}");
      Files.createDirectories(folder.resolve(name));
    }
    // As long as may be: not cut.
    assertThat(ArchivePart.of("outcomes", 0, "a".repeat(128)).folder())
        .endsWith("model=" + "a".repeat(128));
  }

  /** Key groups follow from them: another hash would not find the state of before. */
  @Test
  void hashesOfKeys_areTheSameForEver() {
    assertThat(new ArchivePart("outcomes", 20_000, "late-arrival").hashCode())
        .isEqualTo(HASH_OF_PART);
    assertThat(new ModelVersion("late-arrival", "v1").hashCode()).isEqualTo(HASH_OF_VERSION);
  }

  private static AdmittedPrediction prediction() {
    return SomeModel.implicitNegative()
        .admit(
            new Prediction(
                "p",
                "m",
                "v1",
                T,
                0.25,
                "true",
                -0.0,
                List.of("a", "b"),
                "e",
                "eu",
                "x",
                "b",
                0.5,
                2.5));
  }

  private static GroundTruth truth() {
    return new GroundTruth(
        "m",
        JoinKey.of("m", "p").predictionId(),
        GroundTruth.FINAL_REVISION + 8,
        Maturity.FINAL,
        LabelStatus.LABELLED,
        "v1",
        T,
        0.25,
        null,
        Double.NaN,
        "eu",
        "x:b",
        2.5,
        null,
        1,
        5_000,
        1);
  }
}
