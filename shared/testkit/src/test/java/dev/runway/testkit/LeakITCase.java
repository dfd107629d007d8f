package dev.runway.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No server outlives its test JVM, however that ends. */
class LeakITCase {

  @Test
  void jvmThatClosesNothing_leavesNoProcess() throws Exception {
    Process jvm = start("exit");
    List<ProcessHandle> servers = servers(jvm);

    assertThat(jvm.waitFor(3, TimeUnit.MINUTES)).isTrue();

    assertThat(servers).hasSize(2).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void killedJvm_losesItsBrokerAtOnceAndItsDatabaseToTheNextJvm() throws Exception {
    Process jvm = start("wait");
    List<ProcessHandle> servers = servers(jvm);
    assertThat(servers).hasSize(2).allMatch(ProcessHandle::isAlive);

    jvm.destroyForcibly().waitFor();

    servers.get(0).onExit().get(3, TimeUnit.MINUTES);
    TestPostgres.sweep();
    assertThat(servers.get(1).isAlive()).isFalse();
  }

  private static Process start(String how) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            LeftBehind.class.getName(),
            how)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static List<ProcessHandle> servers(Process jvm) throws Exception {
    String line = jvm.inputReader(UTF_8).readLine();
    assertThat(line).as("process ids").isNotNull();
    return Stream.of(line.split(" ", -1))
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
        .toList();
  }
}
