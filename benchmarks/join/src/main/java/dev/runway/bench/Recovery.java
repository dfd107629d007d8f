package dev.runway.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.bench.harness.CaseProcess;
import dev.runway.bench.harness.Place;
import dev.runway.bench.harness.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Kills the process of the join with SIGKILL and starts another one from its last checkpoint. The
 * time to recover is from the start of the new process until its join takes in the first event;
 * whoever runs the job adds how long it takes to notice. The figures per event are those of the
 * time right after it, with cold caches.
 */
final class Recovery {
  static final String NAME = "recovery after kill -9";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Recovery() {}

  /**
   * A checkpoint.
   *
   * @param bytes all that it needs
   * @param newBytes what it added to the one before
   */
  record Taken(
      @JsonProperty("address") String address,
      @JsonProperty("bytes") long bytes,
      @JsonProperty("newBytes") long newBytes,
      @JsonProperty("millis") long millis) {}

  static Row run(Workload workload, long measuredSteps) throws Exception {
    Path folder = Place.temporaryFolder();
    try {
      Taken taken;
      Process first = start(folder, "none", workload, measuredSteps);
      try (BufferedReader out = first.inputReader(StandardCharsets.UTF_8)) {
        taken = JSON.readValue(line(out), Taken.class);
      } finally {
        first.destroyForcibly().waitFor();
      }
      Process second = start(folder, taken.address(), workload, measuredSteps);
      try (BufferedReader out = second.inputReader(StandardCharsets.UTF_8)) {
        return JSON.readValue(line(out), Row.class)
            .withState((double) taken.bytes() / workload.open())
            .with("checkpoint_bytes", (double) taken.bytes())
            .with("checkpoint_new_bytes", (double) taken.newBytes())
            .with("checkpoint_seconds", taken.millis() / 1e3);
      } finally {
        second.destroyForcibly().waitFor();
      }
    } finally {
      Place.delete(folder);
    }
  }

  private static String line(BufferedReader out) throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the process ended before it said anything, see above");
    }
    return line;
  }

  private static Process start(
      Path folder, String checkpoint, Workload workload, long measuredSteps) throws IOException {
    // What the killed one leaves in its folder is not in the way of the next.
    Path own = Files.createTempDirectory(folder, "process-");
    List<String> arguments = new ArrayList<>(List.of(own.toString(), checkpoint));
    arguments.addAll(Turn.of(JoinCase.RECOVERY, workload, measuredSteps).arguments());
    return CaseProcess.start(RecoveryMain.class, arguments);
  }
}
