package dev.runway.stack.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.stack.Installation;
import dev.runway.stack.StackFolder;
import dev.runway.stack.flink.FlinkJvm;
import dev.runway.stack.flink.FlinkMemory;
import dev.runway.stack.flink.RestDouble;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TaskManagerComponentTest {

  @Test
  void ready_registrationOfTheDeadOne_doesNotCount() throws Exception {
    FlinkJvm jvm = new FlinkJvm(new Installation(Path.of("/x")), new StackFolder(Path.of("/y")));
    try (RestDouble cluster = new RestDouble()) {
      TaskManagerComponent component =
          new TaskManagerComponent(
              1, new StackFolder(Path.of("/y")), jvm, new FlinkMemory(jvm), cluster.client());
      long before = System.currentTimeMillis() - 10;
      cluster.knows("/taskmanagers", registered("taskmanager-1", before));
      assertThat(component.ready()).isTrue();

      component.beforeStart();

      assertThat(component.ready()).isFalse();
      cluster.knows("/taskmanagers", registered("taskmanager-2", before + 60_000));
      assertThat(component.ready()).isFalse();
      cluster.knows("/taskmanagers", registered("taskmanager-1", before + 60_000));
      assertThat(component.ready()).isTrue();
    }
  }

  private static String registered(String id, long heartbeatMillis) {
    return "{\"taskmanagers\":[{\"id\":\""
        + id
        + "\",\"timeSinceLastHeartbeat\":"
        + heartbeatMillis
        + "}]}";
  }
}
