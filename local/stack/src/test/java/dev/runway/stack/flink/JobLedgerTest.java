package dev.runway.stack.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.stack.StackFolder;
import dev.runway.stack.flink.JobLedger.Wish;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

  private static JobLedger.Entry entry(String name, String id) {
    return new JobLedger.Entry(name, id, "x.jar", 1, List.of("--a", "b"), Wish.RUN, null, 5);
  }
}
