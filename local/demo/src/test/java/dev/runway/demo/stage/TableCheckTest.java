package dev.runway.demo.stage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.demo.result.Readings;
import dev.runway.demo.result.Results;
import dev.runway.model.Maturity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TableCheckTest {

  @Test
  void tablesThatCannotBeRead_areToldBesideWhatTheTopicsSay() {
    Results results = new Results();
    results.take(Readings.whole(0).joined(0.9, true, 1).unlabelled(1_200).at(7, Maturity.FINAL));
    // Nothing listens on port 1.
    DemoStack.TableAccess away =
        new DemoStack.TableAccess(
            "jdbc:postgresql://127.0.0.1:1/none", "nobody", "", Path.of("nowhere"));

    assertThatThrownBy(() -> TableCheck.await(away, results, Duration.ofMillis(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "topics: 1 windows of 1,201 records and 1 joined predictions (revisions 7), 0 metrics,"
                + " 1 delays, 0 windows of drift in 0 rows, 0 tiles, 0 dead letters")
        .hasMessageContaining("tables: cannot be read")
        .hasMessageContaining("last trouble: Connection to 127.0.0.1:1 refused");
  }
}
