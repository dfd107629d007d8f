package dev.runway.stack.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.stack.ComponentState;
import dev.runway.stack.ComponentState.Status;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState;
import dev.runway.stack.StackState.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateBoardTest {

  @TempDir Path root;
  private StackFolder folder;
  private StateBoard board;

  @BeforeEach
  void makeBoard() throws IOException {
    folder = new StackFolder(root.resolve("stack"));
    folder.create();
    board = new StateBoard(folder, Path.of("/checkout"));
  }

  @Test
  void died_restartsAreCountedAndTheErrorStaysAfterRecovery() {
    board.declare("broker", 25_001);
    board.died("broker", "was killed by signal 9");
    board.move("broker", Status.RUNNING, 42, null);

    ComponentState broker = read().component("broker").orElseThrow();
    assertThat(broker.status()).isEqualTo(Status.RUNNING);
    assertThat(broker.pid()).isEqualTo(42);
    assertThat(broker.port()).isEqualTo(25_001);
    assertThat(broker.restarts()).isEqualTo(1);
    assertThat(broker.lastError()).isEqualTo("was killed by signal 9");
  }

  @Test
  void move_sameNewsAgain_keepsTheTimeOfTheFirst() {
    board.declare("broker", 25_001);
    board.move("broker", Status.RUNNING, 42, null);
    long since = board.component("broker").sinceMillis();

    board.move("broker", Status.RUNNING, 42, null);

    assertThat(board.component("broker").sinceMillis()).isEqualTo(since);
  }

  @Test
  void failure_second_doesNotHideTheFirst() {
    board.failure("first");
    board.failure("second");
    board.phase(Phase.FAILED);

    assertThat(read().failure()).isEqualTo("first");
  }

  @Test
  void supervisorAlive_ownProcess_isTrue() {
    board.phase(Phase.RUNNING);

    assertThat(read().supervisorAlive()).isTrue();
    assertThat(read().phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void stateFile_isReadableByTheOwnerAloneAndLeavesNoTemporaryFile() throws IOException {
    board.phase(Phase.RUNNING);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.stateFile())))
        .isEqualTo("rw-------");
    try (Stream<Path> files = Files.list(folder.run())) {
      assertThat(files.map(file -> file.getFileName().toString()).toList())
          .isEqualTo(List.of("state.json"));
    }
  }

  @Test
  void read_halfAFile_isNoState() throws IOException {
    Files.writeString(folder.stateFile(), "{\"phase\":\"RUNN");

    assertThat(StackState.read(folder)).isEmpty();
  }

  @Test
  void create_everyFolder_isClosedToOthers() throws IOException {
    try (Stream<Path> folders = Files.list(folder.root())) {
      assertThat(folders.filter(Files::isDirectory).toList())
          .allSatisfy(
              child ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(child)))
                      .isEqualTo("rwx------"));
    }
  }

  private StackState read() {
    return StackState.read(folder).orElseThrow();
  }
}
