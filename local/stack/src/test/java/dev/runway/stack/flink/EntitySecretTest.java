package dev.runway.stack.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.EntityKey;
import dev.runway.model.EntityKeys;
import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntitySecretTest {
  @TempDir Path root;

  @Test
  void secret_isDrawnOnce_forTheOwnerAlone_andIsLongEnough() throws IOException {
    StackFolder folder = new StackFolder(root);
    EntitySecret.draw(folder);
    EntityKey key = EntityKeys.read(EntitySecret.file(folder)).of("anna");

    EntitySecret.draw(folder);

    assertThat(EntityKeys.read(EntitySecret.file(folder)).of("anna")).isEqualTo(key);
    assertThat(Files.getPosixFilePermissions(EntitySecret.file(folder)))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void secret_isOne_whoeverDrawsItAtOnce() throws Exception {
    StackFolder folder = new StackFolder(root);
    Callable<String> draw =
        () -> {
          EntitySecret.draw(folder);
          return Files.readString(EntitySecret.file(folder));
        };
    Set<String> secrets = new HashSet<>();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (Future<String> drawn : threads.invokeAll(Collections.nCopies(32, draw))) {
        secrets.add(drawn.get());
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(secrets).hasSize(1);
  }
}
