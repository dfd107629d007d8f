package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.stack.StackFolder;
import dev.runway.stack.process.MarkedProcesses;
import dev.runway.stack.process.ProcessIdentity;
import dev.runway.stack.supervisor.NamespaceControl;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The page of a namespace whose play is over, as its readers reach it. */
final class LeftPage {
  private final StackFolder folder;
  private final String namespace;
  private final URI address;
  private final Path tokenFile;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();

  private LeftPage(StackFolder folder, NamespaceControl.Running running) {
    this.folder = folder;
    this.namespace = running.namespace();
    this.address = running.address();
    this.tokenFile = running.tokenFile();
  }

  static LeftPage of(TestStack stack, String namespace) throws IOException {
    return NamespaceControl.running(stack.folder()).stream()
        .filter(running -> running.namespace().equals(namespace))
        .map(running -> new LeftPage(stack.folder(), running))
        .findFirst()
        .orElseThrow(() -> new AssertionError(namespace + " has no page"));
  }

  URI address() {
    return address;
  }

  Path tokenFile() {
    return tokenFile;
  }

  /** Of its process. */
  long pid() {
    List<ProcessIdentity> all = processes();
    assertThat(all).hasSize(1);
    return all.get(0).pid();
  }

  /** It is there for whoever has the token, and has nothing to start a training with. */
  void require() throws IOException, InterruptedException {
    assertThat(address.getHost()).isEqualTo("127.0.0.1");
    HttpResponse<String> page = ask("/", "none");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<html");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tokenFile)))
        .isEqualTo("rw-------");
    assertThat(ask("/v1/me", Files.readString(tokenFile).strip()).statusCode()).isEqualTo(200);
    assertThat(ask("/v1/me", "a guess").statusCode()).isEqualTo(401);
    assertThat(Files.readAllLines(settings()))
        .contains("runway.control.scheduler=none", "runway.namespace=" + namespace)
        .noneMatch(line -> line.startsWith("runway.control.local"));
  }

  /** What the API answers to the owner of the token. */
  JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = ask(path, Files.readString(tokenFile).strip());
    assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body());
  }

  /** Values of a field of all that a list holds. */
  List<String> texts(String path, String field) throws IOException, InterruptedException {
    List<String> texts = new ArrayList<>();
    get(path).path("items").forEach(item -> texts.add(item.path(field).asText()));
    return texts;
  }

  /** Nothing of it is left: no process, no token, no settings. */
  void requireGone() {
    assertThatThrownBy(() -> ask("/", "none")).isInstanceOf(ConnectException.class);
    assertThat(processes()).isEmpty();
    assertThat(tokenFile).doesNotExist();
    assertThat(settings()).doesNotExist();
    assertThat(folder.run().resolve("control-api-" + namespace + ".pid")).doesNotExist();
  }

  private Path settings() {
    return folder.conf().resolve("control-api-" + namespace + ".properties");
  }

  private List<ProcessIdentity> processes() {
    return MarkedProcesses.find(List.of("-Drunway.component=control-api-" + namespace)).stream()
        .filter(process -> process.commandLine().contains(folder.processMark()))
        .toList();
  }

  private HttpResponse<String> ask(String path, String token)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(address.resolve(path))
            .timeout(Duration.ofMinutes(2))
            .header("Authorization", "Bearer " + token)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
