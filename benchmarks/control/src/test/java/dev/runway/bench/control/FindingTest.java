package dev.runway.bench.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FindingTest {
  private static Finding found(double p99) {
    return new Finding("small", "impact", Map.of("p99_ms", p99), Map.of("p99_ms", 500.0));
  }

  @Test
  void goalThatIsMissed_isNamed_inTheReportTheTableAndTheJson() throws Exception {
    Findings findings = new Findings(List.of(found(500), found(500.5)), 1);

    assertThat(findings.missed())
        .containsExactly("small, impact: p99_ms is 500.50 and should be at most 500.00");
    assertThat(findings.table()).contains("MISSED: small, impact");
    assertThat(findings.json()).contains("\"missed\" : [ \"small, impact");
    assertThat(found(Double.NaN).missed()).as("nothing was measured").hasSize(1);
  }

  @Test
  void goalForWhatIsNotMeasured_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Finding("small", "x", Map.of("a", 1.0), Map.of("b", 1.0)));
  }
}
