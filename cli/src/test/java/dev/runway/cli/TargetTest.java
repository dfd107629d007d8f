package dev.runway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  private static final String HERE = "http://127.0.0.1:8484";
  private static final Map<String, String> TOKEN = Map.of("RUNWAY_TOKEN", "secret");

  @TempDir Path folder;

  @Test
  void find_whatIsTyped_winsOverTheEnvironmentAndTheStack() throws IOException {
    Target.Finder finder =
        new Target.Finder(
            Map.of("RUNWAY_TOKEN", "secret", "RUNWAY_SERVER", "https://a.example"), this::stack);

    assertThat(finder.find("https://b.example/", null).server())
        .isEqualTo(URI.create("https://b.example"));
    assertThat(finder.find(null, null).server()).isEqualTo(URI.create("https://a.example"));
    assertThat(new Target.Finder(Map.of(), this::stack).find(null, null))
        .isEqualTo(new Target(URI.create(HERE), "of-the-stack"));
    assertThat(finder.find(null, file("typed")).token()).isEqualTo("typed");
  }

  @Test
  void find_tokenOfTheStack_goesToNoOtherServer() {
    Target.Finder finder = new Target.Finder(Map.of(), this::stack);

    assertThatThrownBy(() -> finder.find("https://evil.example", null))
        .isInstanceOf(CannotAsk.class)
        .hasMessageContaining("no token for https://evil.example");
  }

  @Test
  void find_noStack_saysWhatToDo() {
    assertThatThrownBy(() -> new Target.Finder(TOKEN, Optional::empty).find(null, null))
        .hasMessageContaining("./runway up")
        .hasMessageContaining("--server");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com",
        "http://127.0.0.1.example.com",
        "http://user@127.0.0.1:1",
        "ftp://127.0.0.1",
        "127.0.0.1:8484",
        "https://a.example?x=1",
        "http://a b"
      })
  void find_addressThatATokenMustNotGoTo_isRefused(String server) {
    assertThatThrownBy(() -> new Target.Finder(TOKEN, Optional::empty).find(server, null))
        .isInstanceOf(CannotAsk.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void find_fileWithoutAToken_isRefused() throws IOException {
    Target.Finder finder = new Target.Finder(Map.of(), this::stack);

    assertThatThrownBy(() -> finder.find(HERE, file("two\nlines")))
        .hasMessageContaining("holds no token");
    assertThatThrownBy(() -> finder.find(HERE, folder.resolve("missing")))
        .hasMessageContaining("cannot read the token");
    assertThat(finder.find(HERE, null)).hasToString(HERE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw_secret\nline", "rw_secret\u200b", "rw_secret blank"})
  void find_tokenThatCannotBeSent_isNamedByWhereItStands(String token) {
    Target.Finder finder = new Target.Finder(Map.of("RUNWAY_TOKEN", token), this::stack);

    assertThatThrownBy(() -> finder.find(HERE, null))
        .isInstanceOf(CannotAsk.class)
        .hasMessage("RUNWAY_TOKEN holds no token");
  }

  private Optional<LocalApi> stack() {
    return Optional.of(new LocalApi(URI.create(HERE), file("of-the-stack")));
  }

  private Path file(String token) {
    try {
      return Files.writeString(folder.resolve(Integer.toHexString(token.hashCode())), token);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
