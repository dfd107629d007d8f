package dev.runway.groundtruth.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.groundtruth.RandomEvents;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.join.SomeModel;
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
import org.apache.flink.core.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes into a Parquet file comes out of it, now and in later releases. */
class ArchivedRowsTest {
  private static final long T = 1_750_000_020_000L;
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

  private static <E> void requireGolden(RowFormat<E> format, List<E> events) throws IOException {
    Path file = GOLDEN.resolve(format.dataset() + "-v1.parquet");
    if (!Files.exists(file) && Boolean.getBoolean("golden.write")) {
      Files.createDirectories(GOLDEN);
      ParquetFiles.write(format, events, file);
    }
    assertThat(ParquetFiles.read(format, file)).isEqualTo(events);
  }

  @Test
  void newColumn_hasItsDefaultWhereAnOlderFileHasNone() throws IOException {
    Schema newer = with(new OutcomeRows().schema(), "channel", "\"web\"");
    RowFormat<GenericRecord> reader = new Columnar(newer);

    List<GenericRecord> rows = ParquetFiles.read(reader, GOLDEN.resolve("outcomes-v1.parquet"));

    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).get("channel")).hasToString("web");
    assertThat(rows.get(0).get("label")).hasToString("true");
  }

  @Test
  void columnOfANewerRelease_isLeftOut() throws IOException {
    OutcomeRows now = new OutcomeRows();
    Schema newer = with(now.schema(), "channel", "\"web\"");
    AdmittedOutcome outcome = SomeModel.implicitNegative().label("p", T + 5_000, "true", 3);
    GenericRecord row = new GenericData.Record(newer);
    GenericRecord old = now.columns(outcome);
    old.getSchema().getFields().forEach(field -> row.put(field.name(), old.get(field.name())));
    row.put("channel", "app");
    Path file = folder.resolve("newer.parquet");
    try (FSDataOutputStream out =
        FileSystem.getLocalFileSystem()
            .create(
                new org.apache.flink.core.fs.Path(file.toUri()),
                FileSystem.WriteMode.NO_OVERWRITE)) {
      var writer = ParquetBatchWriter.parquet(newer).create(out);
      writer.addElement(row);
      writer.finish();
    }

    assertThat(ParquetFiles.read(now, file)).containsExactly(outcome);
  }

  private static Schema with(Schema schema, String column, String defaultText) {
    List<Schema.Field> fields = new ArrayList<>();
    schema.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(
        new Schema.Field(
            column,
            SchemaBuilder.builder().stringType(),
            "Added later.",
            defaultText.replace("\"", "")));
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
  }

  /** Reads rows as they are, by another schema. */
  private static final class Columnar implements RowFormat<GenericRecord> {
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
    public String dataset() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long atMillis(GenericRecord event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String modelId(GenericRecord event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public dev.runway.flink.types.VersionedTypeInfo<GenericRecord> type() {
      throw new UnsupportedOperationException();
    }

    @Override
    public dev.runway.flink.types.VersionedSerializer<GenericRecord> serializer() {
      throw new UnsupportedOperationException();
    }

    @Override
    public GenericRecord columns(GenericRecord event) {
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
