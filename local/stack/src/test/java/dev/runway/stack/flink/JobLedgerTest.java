package dev.runway.stack.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.stack.StackFolder;
import dev.runway.stack.flink.JobLedger.Wish;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobLedgerTest {

  @TempDir Path root;
  private JobLedger ledger;

  @BeforeEach
  void makeLedger() throws IOException {
    StackFolder folder = new StackFolder(root.resolve("stack"));
    folder.create();
    ledger = new JobLedger(folder);
  }

  @Test
  void put_sameName_replaces() throws IOException {
    ledger.put(entry("join", "id1"));
    ledger.put(entry("tables", "id2"));
    ledger.put(entry("join", "id3"));

    assertThat(ledger.entries()).extracting(JobLedger.Entry::jobId).containsExactly("id2", "id3");
    assertThat(ledger.byId("id1")).isEmpty();
  }

  @Test
  void wishing_isKept() throws IOException {
    ledger.put(entry("join", "id1").wishing(Wish.RESUME));

    assertThat(ledger.byName("join")).map(JobLedger.Entry::wish).contains(Wish.RESUME);
  }

  @Test
  void update_manyAtOnce_loseNothing() throws Exception {
    ledger.put(entry("join", "id1"));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Object> step =
          () ->
              ledger.update(
                  "id1",
                  job ->
                      new JobLedger.Entry(
                          "join",
                          "id1",
                          "x.jar",
                          job.parallelism() + 1,
                          List.of(),
                          Wish.RUN,
                          null,
                          5));
      for (Future<Object> done : threads.invokeAll(Collections.nCopies(40, step))) {
        done.get();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(ledger.byId("id1")).map(JobLedger.Entry::parallelism).contains(41);
  }

  @Test
  void update_nameHasANewerEntry_changesNothing() throws IOException {
    ledger.put(entry("join", "id1"));
    ledger.put(entry("join", "id2"));

    assertThat(ledger.update("id1", job -> job.wishing(Wish.REST))).isEmpty();
    assertThat(ledger.byName("join")).map(JobLedger.Entry::wish).contains(Wish.RUN);
    assertThat(ledger.updateNamed("join", job -> job.wishing(Wish.REST)))
        .map(JobLedger.Entry::jobId)
        .contains("id2");
  }

  private static JobLedger.Entry entry(String name, String id) {
    return new JobLedger.Entry(name, id, "x.jar", 1, List.of("--a", "b"), Wish.RUN, null, 5);
  }
}
