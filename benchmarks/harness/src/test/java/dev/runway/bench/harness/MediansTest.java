package dev.runway.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MediansTest {
  @Test
  void rounds_becomeOneRow_comparedWithOurs() {
    Map<String, List<Row>> rounds = new LinkedHashMap<>();
    rounds.put(
        "ours",
        List.of(
            row("ours", 100).withState(50),
            row("ours", 300).withState(70),
            row("ours", 200).withState(60)));
    rounds.put("peer", List.of(row("peer", 500)));

    List<Row> rows = Medians.of(rounds, measured -> "ours");

    assertThat(rows.get(0).cpuNanosPerEvent()).isEqualTo(200);
    assertThat(rows.get(0).spread()).isEqualTo(3);
    assertThat(rows.get(0).stateBytesPerOpen()).isEqualTo(60);
    assertThat(rows.get(0).ratioToOurs()).isEqualTo(1);
    assertThat(rows.get(0).rounds()).isEqualTo(3);
    assertThat(rows.get(1).ratioToOurs()).isEqualTo(2.5);
  }

  private static Row row(String name, double cpu) {
    return new Row(name, "ours", 1_024, 10, cpu, cpu, 1);
  }
}
