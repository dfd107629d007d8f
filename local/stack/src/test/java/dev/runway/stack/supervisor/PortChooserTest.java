package dev.runway.stack.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortChooserTest {

  @TempDir Path root;
  private StackFolder folder;
  private final Set<Integer> busy = new HashSet<>();
  private final Set<String> living = new HashSet<>();

  @BeforeEach
  void makeFolder() throws IOException {
    folder = new StackFolder(root.resolve("stack"));
    folder.create();
  }

  @Test
  void choose_base_numbersFromThere() throws IOException {
    Ports ports = chooser().choose(OptionalInt.of(25_000));

    assertThat(ports.of(Ports.FLINK_UI)).isEqualTo(25_000);
    assertThat(ports.of(Ports.BROKER)).isEqualTo(25_001);
    assertThat(ports.byName().values()).doesNotHaveDuplicates();
  }

  @Test
  void choose_portTaken_isSkipped() throws IOException {
    busy.add(25_000);
    busy.add(25_002);

    Ports ports = chooser().choose(OptionalInt.of(25_000));

    assertThat(ports.of(Ports.FLINK_UI)).isEqualTo(25_001);
    assertThat(ports.of(Ports.BROKER)).isEqualTo(25_003);
  }

  @Test
  void choose_again_remembers() throws IOException {
    Ports first = chooser().choose(OptionalInt.of(25_000));

    assertThat(chooser().choose(OptionalInt.empty())).isEqualTo(first);
  }

  @Test
  void choose_againWithOnePortTaken_movesOnlyThatOne() throws IOException {
    Ports first = chooser().choose(OptionalInt.of(25_000));
    busy.add(first.of(Ports.POSTGRES));

    Ports second = chooser().choose(OptionalInt.empty());

    assertThat(second.of(Ports.POSTGRES)).isNotIn(first.byName().values());
    for (String name : Ports.NAMES) {
      if (!name.equals(Ports.POSTGRES)) {
        assertThat(second.of(name)).isEqualTo(first.of(name));
      }
    }
  }

  @Test
  void choose_portHeldByOurOwnOrphan_isKept() throws IOException {
    Ports first = chooser().choose(OptionalInt.of(25_000));
    busy.addAll(first.byName().values());
    living.add("broker");

    Ports second = chooser().choose(OptionalInt.empty());

    assertThat(second.of(Ports.BROKER)).isEqualTo(first.of(Ports.BROKER));
    assertThat(second.of(Ports.BROKER_CONTROLLER)).isEqualTo(first.of(Ports.BROKER_CONTROLLER));
    assertThat(second.of(Ports.ZOOKEEPER)).isNotIn(first.byName().values());
  }

  @Test
  void choose_nothingFree_saysSo() {
    PortChooser chooser = new PortChooser(folder, port -> false, component -> false);

    assertThatThrownBy(() -> chooser.choose(OptionalInt.of(65_000)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("--port-base");
  }

  @Test
  void choose_realMachine_skipsABoundPort() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Ports ports = new PortChooser(folder).choose(OptionalInt.of(taken.getLocalPort()));

      assertThat(ports.byName().values()).doesNotContain(taken.getLocalPort());
    }
  }

  private PortChooser chooser() {
    return new PortChooser(folder, port -> !busy.contains(port), living::contains);
  }
}
