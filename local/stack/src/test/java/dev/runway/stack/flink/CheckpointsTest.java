package dev.runway.stack.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {

  @TempDir Path root;

  @Test
  void choose_newestGood_isTaken() throws Exception {
    checkpoint("job1/chk-3", 1);
    Path newest = checkpoint("job2/chk-1", 2);

    Checkpoints.Choice choice = choose(Set.of());

    assertThat(choice.taken()).contains(newest);
    assertThat(choice.notes()).containsExactly("resumes from " + newest);
  }

  @Test
  void choose_savepointIsNewer_isTaken() throws Exception {
    checkpoint("job1/chk-9", 1);
    Path savepoint = savepoint("savepoint-a", 2);

    assertThat(choose(Set.of()).taken()).contains(savepoint);
  }

  @Test
  void choose_newestDamaged_fallsBackOneAndSaysSo() throws Exception {
    Path older = checkpoint("job1/chk-3", 1);
    Path damaged = checkpoint("job1/chk-4", 2);

    Checkpoints.Choice choice = choose(Set.of(damaged));

    assertThat(choice.taken()).contains(older);
    assertThat(choice.notes())
        .containsExactly("SKIPPED " + damaged + ": damaged", "resumes from the older " + older);
  }

  @Test
  void choose_allDamaged_startsEmptyAndSaysSo() throws Exception {
    Path damaged = checkpoint("job1/chk-4", 2);

    Checkpoints.Choice choice = choose(Set.of(damaged));

    assertThat(choice.taken()).isEmpty();
    assertThat(choice.notes()).anyMatch(note -> note.startsWith("NO READABLE CHECKPOINT"));
  }

  @Test
  void choose_allRefused_eachGetsAnotherChanceInTurn() throws Exception {
    Path older = checkpoint("job1/chk-3", 1);
    Path newest = checkpoint("job1/chk-4", 2);
    Set<Path> refused = new HashSet<>();
    List<Path> taken = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Path next = chooseWithout(refused, Set.of()).taken().orElseThrow();
      taken.add(next);
      refused.add(next);
    }

    assertThat(taken).containsExactly(newest, older, newest, older);
  }

  @Test
  void choose_allRefused_saysWhatItDoes() throws Exception {
    Path only = checkpoint("job1/chk-3", 1);

    assertThat(chooseWithout(new HashSet<>(Set.of(only)), Set.of()).notes())
        .containsExactly(
            "SKIPPED " + only + ": a job could not be restored from it",
            "ALL WERE TRIED: begins again with the newest",
            "resumes from " + only);
  }

  @Test
  void choose_refusedAndNotReadableNow_isNoEmptyState() throws Exception {
    Path only = checkpoint("job1/chk-3", 1);
    Set<Path> refused = new HashSet<>(Set.of(only));

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> chooseWithout(refused, Set.of(only)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("empty state would lose");
    }
    assertThat(chooseWithout(refused, Set.of()).taken()).contains(only);
  }

  @Test
  void choose_unfinishedCheckpoint_isNoCandidate() throws Exception {
    Files.createDirectories(checkpoints().resolve("job1/chk-5"));
    Files.createDirectories(checkpoints().resolve("job1/shared"));

    Checkpoints.Choice choice = choose(Set.of());

    assertThat(choice.taken()).isEmpty();
    assertThat(choice.notes()).containsExactly("starts with empty state");
  }

  @Test
  void obsolete_keepsTheNewestOfEach() throws Exception {
    for (int run = 1; run <= 4; run++) {
      checkpoint("job" + run + "/chk-1", run);
      savepoint("savepoint-" + run, run);
    }

    List<Path> obsolete = Checkpoints.obsolete(checkpoints(), savepoints(), 3);

    assertThat(obsolete)
        .containsExactlyInAnyOrder(
            checkpoints().resolve("job1"), savepoints().resolve("savepoint-1"));
  }

  @Test
  void obsolete_runsThatCompletedNothing_driveOutNone() throws Exception {
    checkpoint("good/chk-7", 1);
    for (int run = 2; run <= 6; run++) {
      Path empty = Files.createDirectories(checkpoints().resolve("failed" + run).resolve("shared"));
      Files.setLastModifiedTime(empty.getParent(), FileTime.fromMillis(run * 1_000L));
    }

    assertThat(Checkpoints.obsolete(checkpoints(), savepoints(), 3)).isEmpty();
  }

  private Checkpoints.Choice choose(Set<Path> damaged) throws Exception {
    return Checkpoints.choose(
        checkpoints(), savepoints(), path -> damaged.contains(path) ? "damaged" : null);
  }

  private Checkpoints.Choice chooseWithout(Set<Path> refused, Set<Path> damaged) throws Exception {
    return Checkpoints.choose(
        checkpoints(), savepoints(), path -> damaged.contains(path) ? "damaged" : null, refused);
  }

  private Path checkpoints() {
    return root.resolve("checkpoints");
  }

  private Path savepoints() {
    return root.resolve("savepoints");
  }

  private Path checkpoint(String name, int second) throws IOException {
    return written(checkpoints().resolve(name), second);
  }

  private Path savepoint(String name, int second) throws IOException {
    return written(savepoints().resolve(name), second);
  }

  private static Path written(Path folder, int second) throws IOException {
    Files.createDirectories(folder);
    FileTime time = FileTime.fromMillis(1_000_000_000L + second * 1000L);
    Files.setLastModifiedTime(Files.createFile(folder.resolve("_metadata")), time);
    Files.setLastModifiedTime(folder, time);
    Files.setLastModifiedTime(folder.getParent(), time);
    return folder;
  }
}
