package dev.runway.control.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.control.options.ControlOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTokenTest {
  @TempDir Path folder;

  @Test
  void token_isKeptForItsOwnerAlone() throws Exception {
    Path file = folder.resolve("token");
    String drawn = of(file).text();
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(of(file).text()).isEqualTo(drawn);
  }

  @Test
  void fileThatOthersCouldHaveMade_isRefusedAndLeftAlone() throws Exception {
    Path file = folder.resolve("token");
    String drawn = of(file).text();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused(file, "mode 600");
    assertThat(Files.readString(file)).isEqualTo(drawn);

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertRefused(link, "mode 600");
    assertRefused(Files.createDirectory(folder.resolve("folder")), "mode 600");

    Files.writeString(file, "notes of mine");
    assertRefused(file, "something else");
    assertThat(Files.readString(file)).isEqualTo("notes of mine");
  }

  private static DemoToken of(Path file) {
    return DemoToken.of(new ControlOptions.Demo(true, file));
  }

  private static void assertRefused(Path file, String why) {
    assertThatThrownBy(() -> of(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(why);
  }

  private static String mode(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
