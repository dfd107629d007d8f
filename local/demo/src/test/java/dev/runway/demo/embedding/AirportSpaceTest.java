package dev.runway.demo.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.embedding.EmbeddingMetric;
import dev.runway.drift.embedding.ItemCounts;
import dev.runway.drift.embedding.ItemHash;
import dev.runway.drift.embedding.PairStatistics;
import dev.runway.drift.embedding.StabilityMeasures;
import dev.runway.drift.embedding.StabilityOptions;
import dev.runway.drift.embedding.StabilityReport;
import dev.runway.drift.embedding.verdict.NoiseFloor;
import dev.runway.drift.embedding.verdict.Verdict;
import dev.runway.drift.embedding.verdict.VerdictPolicy;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingSpaceCodec;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.MalformedEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What is learned from the flights is an embedding, and what is done to it is what is said. */
class AirportSpaceTest {
  private static final AirportSpace SPACE = AirportSpace.learn();
  private static final EmbeddingSpace DOCUMENT = SPACE.document(1);
  private static final Offset<Double> NEARLY = within(1e-6);

  @Test
  void document_isOneThatIsAccepted() throws MalformedEvent {
    assertThat(EmbeddingSpaceCodec.read(EmbeddingSpaceCodec.write(DOCUMENT))).isEqualTo(DOCUMENT);
    assertThat(DOCUMENT.versions()).hasSize(10);
  }

  @Test
  void twoTrainings_haveMuchInCommon_andEachIsTheSameAgain() {
    StabilityReport baseline = report(DOCUMENT.baseline());
    assertThat(baseline.pairs()).isGreaterThan(210);
    assertThat(baseline.value(EmbeddingMetric.KNN_OVERLAP)).isBetween(0.6, 0.95);
    assertThat(NoiseFloor.find(baseline)).isNotNull();
    AirportSpace same = AirportSpace.learn();
    SPACE
        .versions()
        .forEach(
            (version, vectors) ->
                vectors.forEach(
                    (airport, vector) ->
                        assertThat(same.versions().get(version).get(airport)).isEqualTo(vector)));
  }

  @Test
  void verdicts_areRight() {
    NoiseFloor floor = NoiseFloor.find(report(DOCUMENT.baseline()));
    StringBuilder seen = new StringBuilder();
    for (AirportSpace.Candidate candidate : SPACE.candidates()) {
      StabilityReport report = report(candidate.pair());
      List<Verdict> verdicts = VerdictPolicy.judge(report, floor);
      seen.append(candidate.pair()).append(verdicts).append(report.readings()).append('\n');
      for (Verdict verdict : verdicts) {
        Usage usage = Usage.valueOf(verdict.consumption().name());
        Compatibility compatibility = Compatibility.valueOf(verdict.compatibility().name());
        if (usage != Usage.DATA_ONLY) {
          assertThat(compatibility)
              .as("%s for %s\n%s", candidate.pair(), usage, seen)
              .isEqualTo(candidate.right().get(usage));
        }
      }
    }
  }

  /** What is right is no opinion of the product's. */
  @Test
  void verdictsThatAreRight_areThoseCountedByHand() {
    Pair pair = DOCUMENT.baseline();
    CountedByHand baseline = counted(pair);
    StabilityReport measured = report(pair);
    // Airports that no flight tells apart are as near, and either is the neighbour.
    assertThat(measured.value(EmbeddingMetric.KNN_OVERLAP))
        .isCloseTo(baseline.overlap, within(0.002));
    assertThat(measured.value(EmbeddingMetric.CKA_DEBIASED)).isCloseTo(baseline.cka, NEARLY);
    assertThat(measured.value(EmbeddingMetric.RAW_COSINE)).isCloseTo(baseline.rawCosine, NEARLY);
    assertThat(measured.value(EmbeddingMetric.ALIGNED_COSINE))
        .isCloseTo(baseline.alignedCosine, NEARLY);
    assertThat(measured.value(EmbeddingMetric.EIGENSPACE_INSTABILITY))
        .isCloseTo(baseline.instability, NEARLY);

    Map<String, Map<Usage, Compatibility>> right = new LinkedHashMap<>();
    Map<String, Map<Usage, Compatibility>> byHand = new LinkedHashMap<>();
    for (AirportSpace.Candidate candidate : SPACE.candidates()) {
      right.put(candidate.pair().toString(), candidate.right());
      byHand.put(
          candidate.pair().toString(),
          counted(candidate.pair()).verdicts(baseline, DOCUMENT.leastPairs()));
    }
    assertThat(right).isEqualTo(byHand);
  }

  private static CountedByHand counted(Pair pair) {
    return new CountedByHand(
        SPACE.versions().get(pair.before()), SPACE.versions().get(pair.after()));
  }

  private static StabilityReport report(Pair pair) {
    SortedMap<String, float[]> before = SPACE.versions().get(pair.before());
    SortedMap<String, float[]> after = SPACE.versions().get(pair.after());
    PairStatistics statistics =
        new PairStatistics(
            DOCUMENT.require(pair.before()).dimensions(),
            DOCUMENT.require(pair.after()).dimensions(),
            1_000);
    before.forEach(
        (airport, vector) -> {
          if (after.containsKey(airport)) {
            statistics.add(ItemHash.of(airport), vector, after.get(airport));
          }
        });
    return StabilityMeasures.of(
        statistics,
        new ItemCounts(before.size(), after.size()),
        StabilityOptions.fromPairs(DOCUMENT.leastPairs()));
  }
}
