package dev.runway.driftmonitor.concept;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class TruthLedgerTest {
  private static final long MINUTE = SomeTruths.START;

  private static TruthLedger ledger(List<Truth> truths) {
    TruthLedger ledger = new TruthLedger();
    truths.forEach(truth -> ledger.add(truth, MINUTE));
    return ledger;
  }

  private static byte[] bytes(TruthLedger ledger) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    ledger.write(out);
    return out.getCopyOfBuffer();
  }

  private static List<String> events(TruthLedger ledger) {
    return ledger.sorted().stream()
        .map(truth -> truth.offsetMillis() + " " + truth.decision() + " " + truth.outcome())
        .toList();
  }

  @Test
  void anyOrderAndGrouping_isTheSameLedger() throws IOException {
    Random random = new Random(3);
    List<Truth> truths = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      // Several revisions of an id, several ids of a time.
      long id = random.nextInt(60);
      Truth truth =
          SomeTruths.truth(
              id,
              random.nextInt(4),
              MINUTE + id % 7,
              random.nextInt(5) == 0 ? Double.NaN : random.nextDouble(),
              random.nextBoolean());
      String segment = random.nextBoolean() ? "eu" : null;
      truths.add(
          random.nextBoolean()
              ? truth.with(segment, Double.NaN, Double.NaN)
              : truth.with(segment, random.nextGaussian(), random.nextGaussian()));
    }
    TruthLedger expected = ledger(truths);
    Collections.shuffle(truths, random);
    TruthLedger grouped = ledger(truths.subList(0, 120));
    grouped.add(ledger(truths.subList(100, 300)));

    assertThat(bytes(grouped)).isEqualTo(bytes(expected));
    assertThat(events(grouped)).isEqualTo(events(expected));
    assertThat(grouped).isEqualTo(expected).hasSameHashCodeAs(expected);
    assertThat(TruthLedger.read(new DataInputDeserializer(bytes(expected)))).isEqualTo(expected);
  }

  @Test
  void higherRevision_replacesTheLower_andRepeatsChangeNothing() {
    TruthLedger ledger =
        ledger(
            List.of(
                SomeTruths.truth(1, 5, MINUTE + 3, 0.9, true),
                SomeTruths.truth(1, 4, MINUTE + 3, 0.9, false),
                SomeTruths.truth(1, 5, MINUTE + 3, 0.9, true)));

    assertThat(ledger.size()).isEqualTo(1);
    assertThat(events(ledger)).containsExactly("3 true true");
  }

  /** Whichever comes first, and though the one that stays has no label. */
  @Test
  void labelThatIsTakenBack_isNone_untilAHigherRevisionHasOne() throws IOException {
    Truth labelled = SomeTruths.truth(1, 8, MINUTE + 3, 0.9, true);
    Truth withdrawn = SomeTruths.truth(1, 12, MINUTE + 3, Double.NaN, false);
    TruthLedger ledger = ledger(List.of(labelled, withdrawn));

    assertThat(ledger).isEqualTo(ledger(List.of(withdrawn, labelled)));
    assertThat(ledger.sorted()).singleElement().matches(TruthLedger.Entry::withdrawn);
    assertThat(TruthLedger.read(new DataInputDeserializer(bytes(ledger)))).isEqualTo(ledger);
    ledger.add(SomeTruths.truth(1, 16, MINUTE + 3, 0.9, false), MINUTE);
    assertThat(events(ledger)).containsExactly("3 true false");
  }

  @Test
  void events_comeInTheOrderOfTheirPredictions() {
    TruthLedger ledger =
        ledger(
            List.of(
                SomeTruths.truth(1, MINUTE + 59_999, 0.9, true),
                SomeTruths.truth(2, MINUTE, 0.1, true),
                SomeTruths.truth(3, MINUTE + 40_000, 0.9, false)));

    assertThat(events(ledger))
        .containsExactly("0 false true", "40000 true false", "59999 true true");
  }
}
