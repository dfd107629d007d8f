package dev.runway.groundtruth.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.SomeModel;
import dev.runway.model.EntityKey;
import dev.runway.model.EntityKeys;
import dev.runway.model.GroundTruth;
import dev.runway.model.LabelStatus;
import dev.runway.model.Maturity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FSDataInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of two subjects one is forgotten, and nothing of the other changes. */
class ArchiveErasureTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final LocalDate DAY = LocalDate.parse("2026-03-01");
  private static final String MODEL = "m";
  private static final SomeModel EVENTS = SomeModel.explicit();
  private static final Pattern ANNAS = Pattern.compile("[|=]a[123],");

  private final EntityKeys keys = EntityKeys.of(SECRET.getBytes(StandardCharsets.UTF_8));
  private final EntityKey anna = keys.of("anna");
  private final EntityKey bert = keys.of("bert");

  @TempDir Path folder;

  private Path secret = Path.of("");
  private Path id = Path.of("");

  @BeforeEach
  void secrets() throws IOException {
    secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
    id = Files.writeString(folder.resolve("id"), "anna\n");
  }

  @Test
  void oneOfTwo_isGoneFromEveryDataset_andTheOthersRowsAreTheSame() throws IOException {
    SmallArchive archive = twoSubjects("a");
    Map<Object, Integer> rows = archive.rows();
    assertThat(search(archive)).contains("predictions: found 4", "outcomes: found 3", "1");

    List<String> said = forget(archive);

    assertThat(said)
        .contains(
            "predictions: 4 rows deleted",
            "outcomes: 3 rows deleted",
            "groundtruth: 2 rows deleted",
            "predictions: found 0",
            "outcomes: found 0",
            "groundtruth: found 0")
        .endsWith("0");
    Map<Object, Integer> left = new HashMap<>(rows);
    left.keySet().removeIf(row -> isAnnas(row));
    assertThat(archive.rows()).isEqualTo(left);
    assertThat(left).isNotEmpty().hasSizeLessThan(rows.size());
    assertThat(archive.run("check")).endsWith("0");
    assertNoTrace(folder.resolve("a"));
  }

  @Test
  void secondRun_changesNothing() throws IOException {
    SmallArchive archive = twoSubjects("a");
    forget(archive);
    Map<String, String> once = archive.content();
    List<Path> remembered = erasures("a");

    assertThat(forget(archive)).contains("predictions: 0 rows deleted").endsWith("0");

    assertThat(archive.content()).isEqualTo(once);
    assertThat(erasures("a")).isEqualTo(remembered).hasSize(1);
  }

  @Test
  void fileWithNothingOfTheSubject_isNotWrittenAnew() throws IOException {
    SmallArchive archive = twoSubjects("a");
    Path berts =
        archive.folder(PredictionRows.DATASET, DAY.plusDays(1), MODEL).resolve("part-b.parquet");
    assertThat(berts).exists();

    forget(archive);

    assertThat(berts).exists();
    assertThat(archive.folder(PredictionRows.DATASET, DAY, MODEL).resolve("part-0.parquet"))
        .doesNotExist();
  }

  /** A label that came when its prediction was gone already, and the prediction once more. */
  @Test
  void whatComesLateOrAgain_isKnownByTheNextRun_withoutAnyId() throws IOException {
    SmallArchive archive = twoSubjects("a");
    forget(archive);
    Map<Object, Integer> rows = archive.rows();
    write(
        archive,
        OutcomeRows.DATASET,
        DAY.plusDays(30),
        "part-late.parquet",
        new OutcomeRows(),
        List.of(EVENTS.label("a1", at(DAY.plusDays(30)), "true", 9)));
    write(
        archive,
        PredictionRows.DATASET,
        DAY,
        "part-again.parquet",
        new PredictionRows(),
        List.of(prediction("a1", DAY, null)));

    List<String> found = archive.run("search", "--secret-file", secret.toString());
    assertThat(found).contains("predictions: found 1", "outcomes: found 1").endsWith("1");

    assertThat(archive.run("forget", "--secret-file", secret.toString())).endsWith("0");
    assertThat(archive.rows()).isEqualTo(rows);
  }

  /** The process dies at each of its calls in turn. */
  @Test
  void crashAnywhere_isTakenUpByTheNextRun_andCostsTheOtherNothing() throws IOException {
    SmallArchive model = twoSubjects("model");
    Map<Object, Integer> left = new HashMap<>(model.rows());
    left.keySet().removeIf(row -> isAnnas(row));
    MortalFiles immortal = new MortalFiles(Integer.MAX_VALUE);
    forget(model.copy(folder.resolve("immortal")), immortal);
    assertThat(immortal.calls()).isGreaterThan(50);

    int cut = 0;
    for (int last = 1; last <= immortal.calls(); last++) {
      SmallArchive archive = model.copy(folder.resolve("crash-" + last));
      MortalFiles files = new MortalFiles(last);

      assertThatThrownBy(() -> forget(archive, files)).isInstanceOf(IOException.class);

      assertThat(archive.rows().keySet()).as("after call %d", last).containsAll(left.keySet());
      cut += archive.rows().equals(model.rows()) || archive.rows().equals(left) ? 0 : 1;
      assertThat(forget(archive)).as("after call %d", last).endsWith("0");
      assertThat(archive.rows()).as("after call %d", last).isEqualTo(left);
      assertThat(archive.run("check")).endsWith("0");
      assertThat(archive.content().keySet()).noneMatch(name -> name.contains("/."));
      assertNoTrace(folder.resolve("crash-" + last));
    }
    assertThat(cut).as("crashes between the first deletion and the last").isGreaterThan(10);
  }

  /** There it is held for an hour at once, and to read all of it takes longer. */
  @Test
  void storeThatTakesLongerToRead_isHeldOn_andTheyAreGone() throws IOException {
    SmallArchive archive = twoSubjects("a");
    Map<Object, Integer> left = new HashMap<>(archive.rows());
    left.keySet().removeIf(row -> isAnnas(row));
    SlowStore store = new SlowStore();

    List<String> said =
        archive.run(
            store,
            () -> store.now,
            "forget",
            "--secret-file",
            secret.toString(),
            "--entity-file",
            id.toString());

    assertThat(said).contains("predictions: 4 rows deleted", "predictions: found 0").endsWith("0");
    assertThat(archive.rows()).isEqualTo(left);
    assertThat(Duration.between(SmallArchive.NOW, store.now))
        .isGreaterThan(ArchiveLease.TERM.multipliedBy(3));
    try (Stream<Path> leases = Files.list(folder.resolve("a").resolve(ArchiveLease.FOLDER))) {
      assertThat(leases.filter(file -> file.getFileName().toString().startsWith("until_")))
          .isEmpty();
    }
  }

  /** A savepoint may have files of the job to finish; what was merged is none of them. */
  @Test
  void youngFilesOfTheJob_stayInAStore_andYoungMergedOnesDoNot() throws IOException {
    SmallArchive archive = twoSubjects("a");
    Path day = archive.folder(PredictionRows.DATASET, DAY.plusDays(1), MODEL);
    Path merged = Files.move(day.resolve("part-a.parquet"), day.resolve("part-merged-a.parquet"));
    Path jobs = archive.folder(PredictionRows.DATASET, DAY, MODEL).resolve("part-0.parquet");
    SmallArchive.write(merged, SmallArchive.NOW);
    SmallArchive.write(jobs, SmallArchive.NOW);

    List<String> said =
        archive.run(
            new MortalFiles.Store(),
            "forget",
            "--secret-file",
            secret.toString(),
            "--entity-file",
            id.toString());

    assertThat(merged).doesNotExist();
    assertThat(jobs).exists();
    assertThat(said)
        .anyMatch(line -> line.contains("2 rows stay for now"))
        .contains("predictions: found 2")
        .endsWith("1");
  }

  /** Each file takes a quarter of an hour. */
  private static final class SlowStore extends MortalFiles.Store {
    private Instant now = SmallArchive.NOW;

    @Override
    public FSDataInputStream open(org.apache.flink.core.fs.Path path) throws IOException {
      now = now.plus(Duration.ofMinutes(15));
      return super.open(path);
    }
  }

  @Test
  void filesThatACompactionWasMaking_goToo() throws IOException {
    SmallArchive archive = twoSubjects("a");
    Path torn =
        archive
            .folder(PredictionRows.DATASET, DAY, MODEL)
            .resolve(".part-merged-1.parquet.inprogress.0b5ad4f2");
    Path jobs =
        archive.folder(PredictionRows.DATASET, DAY, MODEL).resolve(".part-7.parquet.inprogress.x");
    Files.writeString(torn, "rows of anybody");
    Files.writeString(jobs, "rows of anybody");

    List<String> said = forget(archive);

    assertThat(torn).doesNotExist();
    assertThat(jobs).exists();
    assertThat(said).anyMatch(line -> line.startsWith("1 files in the folders of their models"));
  }

  @Test
  void whoWasNeverThere_isRememberedAllTheSame() throws IOException {
    SmallArchive archive = twoSubjects("a");
    Map<String, String> before = archive.content();
    String key = keys.of("nobody").hex();

    List<String> said =
        archive.run("forget", "--secret-file", secret.toString(), "--entity-key", key);

    assertThat(said).contains("0 predictions are known to be theirs, those that are gone included");
    assertThat(said)
        .anyMatch(line -> line.startsWith("2 rows of predictions name no subject"))
        .endsWith("0");
    assertThat(archive.content()).isEqualTo(before);
    assertThat(erasures("a"))
        .singleElement()
        .satisfies(file -> assertThat(file.getFileName().toString()).startsWith(key));
  }

  @Test
  void retention_ceasesToRememberThoseWhosePredictionsAreLongGone() throws IOException {
    SmallArchive archive = new SmallArchive(folder.resolve("a"), 1);
    archive.add(SmallArchive.TODAY, MODEL, 1);
    archive.add(SmallArchive.TODAY.minusDays(100), MODEL, 1);
    Path old = Files.createDirectories(folder.resolve("a").resolve("erasures"));
    Path gone = Files.writeString(old.resolve(name(anna)), "# x\n");
    Path stays = Files.writeString(old.resolve(name(bert)), "# x\n");
    Path others = Files.writeString(old.resolve("README.txt"), "not ours");
    SmallArchive.write(gone, SmallArchive.NOW.minus(Duration.ofDays(127)));
    SmallArchive.write(stays, SmallArchive.NOW.minus(Duration.ofDays(125)));
    SmallArchive.write(others, SmallArchive.NOW.minus(Duration.ofDays(999)));

    assertThat(archive.run("retain", "--days", "90")).endsWith("0");

    assertThat(gone).doesNotExist();
    assertThat(stays).exists();
    assertThat(others).exists();
  }

  private static String name(EntityKey subject) {
    return subject.hex() + "_" + new UUID(1, 2) + ".txt";
  }

  @Test
  void withoutSecret_orOfTwoSubjects_itIsRefused() throws IOException {
    SmallArchive archive = twoSubjects("a");

    assertThatThrownBy(() -> archive.run("forget", "--entity-file", id.toString()))
        .hasMessageContaining("--secret-file");
    assertThatThrownBy(
            () ->
                archive.run(
                    "forget",
                    "--secret-file",
                    secret.toString(),
                    "--entity-file",
                    id.toString(),
                    "--entity-key",
                    anna.hex()))
        .hasMessageContaining("give one of them");
    assertThatThrownBy(
            () -> archive.run("forget", "--secret-file", secret.toString(), "--entity-key", "anna"))
        .hasMessageContaining("32 hexadecimal digits");
  }

  /**
   * Of Anna four rows of predictions (one repeat names nobody), three outcomes and two truths; of
   * Bert as much, partly in the same files, and a prediction under the same id in another model.
   */
  private SmallArchive twoSubjects(String name) throws IOException {
    SmallArchive archive = new SmallArchive(folder.resolve(name), 1);
    write(
        archive,
        PredictionRows.DATASET,
        DAY,
        "part-0.parquet",
        new PredictionRows(),
        List.of(
            prediction("a1", DAY, anna),
            prediction("b1", DAY, bert),
            prediction("a2", DAY, anna),
            prediction("n", DAY, null)));
    write(
        archive,
        PredictionRows.DATASET,
        DAY,
        "part-1.parquet",
        new PredictionRows(),
        List.of(prediction("a1", DAY, null)));
    write(
        archive,
        PredictionRows.DATASET,
        DAY.plusDays(1),
        "part-a.parquet",
        new PredictionRows(),
        List.of(prediction("a3", DAY.plusDays(1), anna)));
    write(
        archive,
        PredictionRows.DATASET,
        DAY.plusDays(1),
        "part-b.parquet",
        new PredictionRows(),
        // An id that both claim: his prediction stays.
        List.of(prediction("b2", DAY.plusDays(1), bert), prediction("a3", DAY.plusDays(1), bert)));
    write(
        archive,
        OutcomeRows.DATASET,
        DAY,
        "part-0.parquet",
        new OutcomeRows(),
        List.of(
            EVENTS.label("a1", at(DAY), "true", 1),
            EVENTS.label("b1", at(DAY), "false", 2),
            EVENTS.label("a1", at(DAY) + 5, "false", 3)));
    write(
        archive,
        OutcomeRows.DATASET,
        DAY.plusDays(9),
        "part-0.parquet",
        new OutcomeRows(),
        List.of(EVENTS.label("a2", at(DAY.plusDays(9)), "true", 4)));
    write(
        archive,
        TruthRows.DATASET,
        DAY,
        "part-0.parquet",
        new TruthRows(),
        List.of(truth("a1"), truth("b1"), truth("a2")));
    return archive;
  }

  private static <E> void write(
      SmallArchive archive,
      String dataset,
      LocalDate day,
      String name,
      RowFormat<E> format,
      List<E> events)
      throws IOException {
    Path file = archive.folder(dataset, day, MODEL).resolve(name);
    Files.createDirectories(file.getParent());
    ParquetFiles.write(format, events, file);
  }

  private static AdmittedPrediction prediction(
      String predictionId, LocalDate day, @Nullable EntityKey entity) {
    return EVENTS.prediction(predictionId, at(day)).about(entity);
  }

  private static GroundTruth truth(String predictionId) {
    return new GroundTruth(
        MODEL,
        predictionId,
        GroundTruth.FINAL_REVISION + 1,
        Maturity.FINAL,
        LabelStatus.LABELLED,
        "v1",
        at(DAY),
        0.25,
        null,
        Double.NaN,
        null,
        null,
        1,
        null,
        1,
        5,
        1);
  }

  private static long at(LocalDate day) {
    return day.atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli() + 3_600_000;
  }

  /** Bert claims one of her ids, and keeps his row of it. */
  private boolean isAnnas(Object row) {
    return ANNAS.matcher(row.toString()).find() && !row.toString().contains(bert.hex());
  }

  /** Neither her key nor an id of hers is in any file, but the key in what is remembered. */
  private void assertNoTrace(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertThat(bytes)
            .as(file.toString())
            .doesNotContain(new String(anna.bytes(), StandardCharsets.ISO_8859_1), "anna", SECRET);
      }
    }
  }

  private List<Path> erasures(String name) throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve(name).resolve("erasures"))) {
      return new ArrayList<>(all.sorted().toList());
    }
  }

  private List<String> forget(SmallArchive archive) throws IOException {
    return archive.run(
        "forget", "--secret-file", secret.toString(), "--entity-file", id.toString());
  }

  private void forget(SmallArchive archive, MortalFiles files) throws IOException {
    archive.run(
        files, "forget", "--secret-file", secret.toString(), "--entity-file", id.toString());
  }

  private List<String> search(SmallArchive archive) throws IOException {
    return archive.run(
        "search", "--secret-file", secret.toString(), "--entity-file", id.toString());
  }
}
