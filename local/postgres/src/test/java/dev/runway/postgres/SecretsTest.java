package dev.runway.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

  @TempDir Path folder;

  @Test
  void password_isDrawnOnceAndClosedToOthers() throws Exception {
    var secrets = new Secrets(folder.resolve("secrets"));

    var first = secrets.password("runway_owner");

    assertThat(first).matches("[A-Za-z0-9_-]{32}");
    assertThat(secrets.password("runway_owner")).isEqualTo(first);
    assertThat(secrets.password("runway_reader")).isNotEqualTo(first);
    assertThat(mode(secrets.folder())).isEqualTo("rwx------");
    assertThat(mode(secrets.folder().resolve("runway_owner"))).isEqualTo("rw-------");
  }

  @Test
  void roleWithPath_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Secrets(folder).password("../outside"));
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
