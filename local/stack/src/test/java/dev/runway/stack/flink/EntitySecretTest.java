package dev.runway.stack.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.EntityKey;
import dev.runway.model.EntityKeys;
import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
}
