package dev.runway.groundtruth.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.flink.OptionContract;
import dev.runway.groundtruth.RandomEvents;
import dev.runway.groundtruth.join.AdmittedOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveCompactionTest {
  private static final LocalDate DAY = LocalDate.parse("2026-03-01");
  private static final String MODEL = "churn";
  private static final String PREDICTIONS = PredictionRows.DATASET;
  private static final Duration YOUNG = Duration.ofDays(2).minusSeconds(1);

  @TempDir Path folder;

  @Test
  void smallFiles_areOneFile_withTheSameRows_andOthersStay() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(DAY, MODEL, 4);
    archive.add(DAY, "alone", 1);
    archive.add(DAY.plusDays(1), MODEL, 2);
    Map<Object, Integer> rows = archive.rows();
    Map<String, String> alone = of(archive.content(), "model=alone");

    List<String> said = archive.run("compact");

    assertThat(said).containsExactly("18 files are 6 now, of 54 rows", "0");
    assertThat(archive.rows()).isEqualTo(rows);
    for (String dataset : ArchiveFiles.DATASETS) {
      assertThat(names(archive, dataset, DAY))
          .singleElement()
          .asString()
          .matches("part-merged-[0-9a-f-]{36}\\.parquet");
    }
    assertThat(of(archive.content(), "model=alone")).isEqualTo(alone).isNotEmpty();

    Map<String, String> once = archive.content();
    assertThat(archive.run("compact")).containsExactly("0 files are 0 now, of 0 rows", "0");
    assertThat(archive.content()).isEqualTo(once);
  }

  @Test
  void folderWithAnythingYoung_isLeftAlone() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(DAY, MODEL, 2);
    Path last = archive.add(PREDICTIONS, DAY, MODEL, "part-9-0.parquet");
    SmallArchive.write(last, SmallArchive.NOW.minus(YOUNG));

    archive.run("compact");

    assertThat(names(archive, PREDICTIONS, DAY)).hasSize(3);
    assertThat(names(archive, OutcomeRows.DATASET, DAY)).hasSize(1);

    SmallArchive.write(last, SmallArchive.NOW.minus(YOUNG).minusSeconds(2));
    archive.run("compact");
    assertThat(names(archive, PREDICTIONS, DAY)).hasSize(1);
  }

  @Test
  void whatASavepointMayFinish_isLeftAlone() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(DAY, MODEL, 2);
    for (String name : names(archive, PREDICTIONS, DAY)) {
      SmallArchive.write(
          archive.folder(PREDICTIONS, DAY, MODEL).resolve(name),
          SmallArchive.NOW.minus(Duration.ofDays(30)));
    }
    String savepoint = SmallArchive.NOW.minus(Duration.ofDays(30)).plusSeconds(3_599).toString();

    archive.run("compact", "--oldest-savepoint", savepoint);
    assertThat(names(archive, PREDICTIONS, DAY)).hasSize(2);

    archive.run(
        "compact",
        "--oldest-savepoint",
        SmallArchive.NOW.minus(Duration.ofDays(30)).plusSeconds(3_601).toString());
    assertThat(names(archive, PREDICTIONS, DAY)).hasSize(1);
  }

  @Test
  void mergedFolder_isMergedAgainWhenItIsWorthIt() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(DAY, MODEL, 2);
    archive.run("compact");
    for (int i = 0; i < ArchiveCompaction.WORTH_ANOTHER - 1; i++) {
      archive.add(PREDICTIONS, DAY, MODEL, "part-late-" + i + ".parquet");
    }
    archive.run("compact");
    assertThat(names(archive, PREDICTIONS, DAY)).hasSize(ArchiveCompaction.WORTH_ANOTHER);

    archive.add(PREDICTIONS, DAY, MODEL, "part-late-x.parquet");
    Map<Object, Integer> rows = archive.rows();
    archive.run("compact");

    assertThat(names(archive, PREDICTIONS, DAY)).hasSize(1);
    assertThat(archive.rows()).isEqualTo(rows);
  }

  @Test
  void largeFiles_stay_andSmallOnesAreMergedUpToTheSize() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(DAY, MODEL, 6);
    ArchiveFiles files =
        new ArchiveFiles(
            FileSystem.getLocalFileSystem(),
            new org.apache.flink.core.fs.Path(folder.resolve("a").toUri()));
    ArchiveFiles.Part part =
        files.part(
            new org.apache.flink.core.fs.Path(archive.folder(PREDICTIONS, DAY, MODEL).toUri()));
    long largest = part.finished().stream().mapToLong(file -> file.getLen()).max().orElseThrow();

    // Any two of them fit into a file, and not all six.
    long room = 2 * largest + 2;
    ArchiveCompaction two = new ArchiveCompaction(files, SmallArchive.NOW, room);
    assertThat(two.worthMerging(part))
        .hasSizeGreaterThan(1)
        .allSatisfy(
            merged -> {
              assertThat(merged).hasSizeGreaterThan(1);
              assertThat(merged.stream().mapToLong(file -> file.getLen()).sum())
                  .isLessThanOrEqualTo(room);
            });

    ArchiveCompaction none = new ArchiveCompaction(files, SmallArchive.NOW, largest);
    assertThat(none.worthMerging(part)).isEmpty();
  }

  /** The process dies at each of its calls in turn. */
  @Test
  void crashAnywhere_losesNoRow_andTheNextRunLeavesEachOnce() throws IOException {
    SmallArchive model = archive("model");
    for (int i = 0; i < 3; i++) {
      model.add(PREDICTIONS, DAY, MODEL, "part-" + i + "-0.parquet");
    }
    model.add(OutcomeRows.DATASET, DAY, MODEL, "part-0-0.parquet");
    model.add(OutcomeRows.DATASET, DAY, MODEL, "part-1-0.parquet");
    Map<Object, Integer> rows = model.rows();
    MortalFiles immortal = new MortalFiles(Integer.MAX_VALUE);
    model.copy(folder.resolve("immortal")).run(immortal, "compact");
    assertThat(immortal.calls()).isGreaterThan(30);

    int twice = 0;
    for (int last = 1; last <= immortal.calls(); last++) {
      SmallArchive archive = model.copy(folder.resolve("crash-" + last));
      MortalFiles files = new MortalFiles(last);

      assertThatThrownBy(() -> archive.run(files, "compact")).isInstanceOf(IOException.class);

      Map<Object, Integer> left = archive.rows();
      assertThat(left.keySet()).as("after call %d", last).isEqualTo(rows.keySet());
      boolean isTwice = !left.equals(rows);
      twice += isTwice ? 1 : 0;
      List<String> check = archive.run("check");
      assertThat(check.get(check.size() - 1)).isEqualTo(isTwice ? "1" : "0");
      assertThat(String.join("\n", check).contains("has rows twice")).isEqualTo(isTwice);

      archive.run("compact");
      assertThat(archive.rows()).as("after call %d", last).isEqualTo(rows);
      for (String dataset : List.of(PREDICTIONS, OutcomeRows.DATASET)) {
        assertThat(names(archive, dataset, DAY)).hasSize(1);
      }
      assertThat(archive.run("check")).endsWith("0");
      assertThat(archive.content().keySet()).noneMatch(name -> name.contains("/."));
    }
    assertThat(twice).as("crashes between the new file and the last deletion").isGreaterThan(3);
    assertThat(twice).isLessThan(immortal.calls() / 2);
  }

  @Test
  void whatTheJobIsWriting_isNotTouched() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(DAY, MODEL, 2);
    Path written =
        archive
            .folder(PREDICTIONS, DAY, MODEL)
            .resolve(".part-7-1.parquet.inprogress.0b5ad4f2-0d5c-4b0c-8d0e-0a8f6f1c2d3e");
    Files.writeString(written, "torn");

    archive.run("compact");

    assertThat(written).hasContent("torn");
  }

  @Test
  void columnsOfANewerRelease_areNotLost() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(DAY, MODEL, 2);
    writeNewer(archive.folder(OutcomeRows.DATASET, DAY, MODEL).resolve("part-n-0.parquet"));
    Map<String, String> before = of(archive.content(), OutcomeRows.DATASET);

    List<String> said = archive.run("compact");

    assertThat(said.get(0)).contains("outcomes/day=2026-03-01/model=churn", "does not know");
    assertThat(of(archive.content(), OutcomeRows.DATASET)).isEqualTo(before);
    assertThat(names(archive, PREDICTIONS, DAY)).hasSize(1);
  }

  private static void writeNewer(Path file) throws IOException {
    Schema known = new OutcomeRows().schema();
    Schema newer = Schema.createRecord(known.getName(), null, known.getNamespace(), false);
    List<Schema.Field> fields =
        new ArrayList<>(
            known.getFields().stream()
                .map(field -> new Schema.Field(field, field.schema()))
                .toList());
    fields.add(new Schema.Field("newer", Schema.create(Schema.Type.STRING), null, "none"));
    newer.setFields(fields);
    GenericRecord old = new OutcomeRows().columns(outcome());
    GenericRecord row = new GenericData.Record(newer);
    known.getFields().forEach(field -> row.put(field.name(), old.get(field.name())));
    row.put("newer", "x");
    try (FSDataOutputStream out = ParquetFiles.create(file)) {
      BulkWriter<GenericRecord> writer = ParquetBatchWriter.parquet(newer).create(out);
      writer.addElement(row);
      writer.finish();
    }
  }

  private static AdmittedOutcome outcome() {
    return new RandomEvents(new Random(1)).outcome();
  }

  @Test
  void brokenFile_isNamedByCheck_andStopsNothingFromBeingRead() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(DAY, MODEL, 1);
    Files.writeString(
        archive.folder(PREDICTIONS, DAY, MODEL).resolve("part-torn-0.parquet"), "PAR1");

    List<String> said = archive.run("check");

    assertThat(said).anyMatch(line -> line.startsWith("PROBLEM") && line.contains("part-torn-0"));
    assertThat(said).anyMatch(line -> line.startsWith("groundtruth: 1 days, 1 files, 3 rows"));
    assertThat(said).endsWith("1");
  }

  @Test
  void secondAtATime_isRefused() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(DAY, MODEL, 2);
    ArchiveLock lock = ArchiveLock.take(folder.resolve("a"));
    try {
      assertThatThrownBy(() -> archive.run("compact")).hasMessageContaining("is in use");
      assertThatThrownBy(() -> archive.run("retain")).hasMessageContaining("is in use");
      assertThat(archive.run("check")).endsWith("0");
    } finally {
      lock.close();
    }
    assertThat(archive.run("compact")).endsWith("0");
  }

  @Test
  void options_keepTheContractOfOptions() {
    OptionContract.require(ArchiveToolOptions.class);
  }

  @Test
  void whatItDoesNotKnow_isRefused() throws IOException {
    SmallArchive archive = archive("a");
    archive.add(DAY, MODEL, 1);

    assertThatThrownBy(() -> archive.run("shrink"))
        .hasMessageContaining("compact, retain or check");
    assertThatThrownBy(() -> archive.run("retain", "--days", "0"))
        .hasMessageContaining("1 to 3650");
    assertThatThrownBy(() -> archive("missing").run("check")).hasMessageContaining("no archive");
  }

  private SmallArchive archive(String name) {
    return new SmallArchive(folder.resolve(name), name.hashCode());
  }

  private static Set<String> names(SmallArchive archive, String dataset, LocalDate day) {
    return ParquetFiles.finished(archive.folder(dataset, day, MODEL)).stream()
        .map(file -> file.getFileName().toString())
        .collect(Collectors.toSet());
  }

  private static Map<String, String> of(Map<String, String> content, String part) {
    Map<String, String> found = new HashMap<>(content);
    found.keySet().removeIf(name -> !name.contains(part));
    return found;
  }
}
