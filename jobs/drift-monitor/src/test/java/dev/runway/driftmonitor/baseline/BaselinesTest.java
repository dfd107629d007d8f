package dev.runway.driftmonitor.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.tile.TileLayout;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.DeadLetter;
import dev.runway.model.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaselinesTest {
  private static final long T = 1_700_000_000_000L;

  private final List<DeadLetter> refused = new ArrayList<>();
  private final Baselines baselines = new Baselines(false, refused::add);

  @Test
  void firstBaseline_holdsForAllPredictionsOfItsVersion() {
    publish(baseline("b1", T, 1));

    assertThat(inForce(T - 1_000_000)).isEqualTo("b1");
    assertThat(inForce(T + 1_000_000)).isEqualTo("b1");
    assertThat(baselines.inForce("m", "2", T)).isNull();
  }

  @Test
  void nextBaseline_takesOverAMinuteAfterItsCreation_inWhateverOrderTheyCome() {
    publish(baseline("b2", T, 2));
    publish(baseline("b1", T - 600_000, 1));

    assertThat(inForce(T + 59_999)).isEqualTo("b1");
    assertThat(inForce(T + 60_000)).isEqualTo("b2");
    assertThat(baselines.find("m", "1", "b1")).isNotNull();
    assertThat(refused).isEmpty();
  }

  @Test
  void damagedBaseline_isRefusedWithItsPlace_andTheOneBeforeStays() {
    publish(baseline("b1", T, 1));
    Baseline damaged = baseline("b2", T + 1, 2);
    byte[] profile =
        new String(damaged.profile(), StandardCharsets.UTF_8)
            .replace("\"NUMERIC\"", "\"NUMBER\"")
            .getBytes(StandardCharsets.UTF_8);
    publish(with(damaged, profile));

    assertThat(inForce(T + 1_000_000)).isEqualTo("b1");
    assertThat(refused).singleElement().returns(Reason.BAD_VALUE, DeadLetter::reason);
    assertThat(refused.get(0).detail()).contains("features[0]");
  }

  @Test
  void otherProfileUnderAKnownId_isAConflict() {
    publish(baseline("b1", T, 1));
    publish(baseline("b1", T, 1));
    assertThat(refused).isEmpty();

    publish(baseline("b1", T, 2));

    assertThat(refused).singleElement().returns(Reason.CONFLICT, DeadLetter::reason);
  }

  @Test
  void profileOfAnotherVersion_isRefused() {
    Baseline baseline = baseline("b1", T, 1);
    publish(new Baseline("m", "2", "b1", T, T - 2, T - 1, false, baseline.profile()));

    assertThat(refused).singleElement().returns(Reason.BAD_VALUE, DeadLetter::reason);
    assertThat(baselines.inForce("m", "2", T)).isNull();
  }

  @Test
  void envelopeThatDisagreesWithItsProfile_isRefused() {
    Baseline honest = baseline("b1", T, 1);
    publish(new Baseline("m", "1", "b1", T + 1, T - 2, T - 1, false, honest.profile()));
    publish(new Baseline("m", "1", "b1", T, T - 2, T - 1, true, honest.profile()));

    assertThat(refused)
        .extracting(DeadLetter::reason, DeadLetter::field)
        .containsExactly(
            tuple(Reason.BAD_VALUE, "created_at"), tuple(Reason.BAD_VALUE, "provisional"));
    assertThat(baselines.inForce("m", "1", T)).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {T / 1_000, 315_532_799_999L, T + 86_400_001, T * 1_000})
  void creationThatCannotBe_isRefused(long createdAtMillis) {
    publish(baseline("b1", createdAtMillis, 1));

    assertThat(refused)
        .singleElement()
        .returns(Reason.BAD_VALUE, DeadLetter::reason)
        .returns("created_at", DeadLetter::field);
  }

  @ParameterizedTest
  @ValueSource(longs = {315_532_800_000L, T, T + 86_400_000})
  void creationThatMayBe_isAccepted(long createdAtMillis) {
    publish(baseline("b1", createdAtMillis, 1));

    assertThat(refused).isEmpty();
    assertThat(inForce(T)).isEqualTo("b1");
  }

  /** A reading that names such a feature would be refused by its own codec. */
  @ParameterizedTest
  @ValueSource(strings = {"a\\u0007b", "a\\u0085b", "a\\ud800b", "a\\u000ab"})
  void featureWithAnUncleanName_isRefused(String name) {
    Baseline clean = baseline("b1", T, 1);
    publish(
        with(
            clean,
            new String(clean.profile(), StandardCharsets.UTF_8)
                .replace("\"name\":\"f\"", "\"name\":\"" + name + "\"")
                .getBytes(StandardCharsets.UTF_8)));

    assertThat(refused).singleElement().returns(Reason.BAD_VALUE, DeadLetter::reason);
    assertThat(refused.get(0).detail()).contains("a?b");
    assertThat(baselines.inForce("m", "1", T)).isNull();
  }

  @Test
  void baselineThatWouldBeLetGoAtOnce_isRefused() {
    for (int i = 1; i <= 4; i++) {
      publish(baseline("b" + i, T + i, i));
    }
    publish(baseline("b0", T, 0));

    assertThat(refused)
        .singleElement()
        .returns(Reason.OVER_LIMIT, DeadLetter::reason)
        .returns("created_at", DeadLetter::field);
    assertThat(inForce(T)).isEqualTo("b1");
  }

  @Test
  void tombstone_removesItsBaselineAlone() {
    publish(baseline("b1", T, 1));
    publish(baseline("b2", T + 1, 2));
    apply(baseline("b1", T, 1).key(), null);

    assertThat(inForce(T)).isEqualTo("b2");
    apply(baseline("b2", T + 1, 2).key(), null);

    assertThat(baselines.inForce("m", "1", T)).isNull();
    assertThat(refused).isEmpty();
  }

  /** Compaction keeps one record of each key. */
  @Test
  void baselinesOfAVersion_haveKeysOfTheirOwn() {
    assertThat(baseline("b1", T, 1).key()).isNotEqualTo(baseline("b2", T, 1).key());
  }

  @Test
  void provisionalBaseline_holdsUntilARealOneTakesOver() {
    publish(provisional("p1", T));
    assertThat(inForce(T - 1_000)).isEqualTo("p1");

    publish(baseline("b1", T + 600_000, 1));

    assertThat(inForce(T + 600_000)).isEqualTo("p1");
    assertThat(inForce(T + 660_000)).isEqualTo("b1");
    assertThat(refused).isEmpty();
  }

  @Test
  void provisionalBaseline_neverTakesOverFromARealOne() {
    publish(baseline("b1", T, 1));
    for (int i = 1; i <= 10; i++) {
      publish(provisional("p" + i, T + i * 600_000L));
    }

    assertThat(inForce(T + 1_000_000_000)).isEqualTo("b1");
    assertThat(baselines.find("m", "1", "p10")).isNotNull();
  }

  @Test
  void tombstoneOfTheProvisionalOne_leavesTheRealOne() {
    publish(provisional("p1", T));
    publish(baseline("b1", T + 600_000, 1));
    apply(provisional("p1", T).key(), null);

    assertThat(baselines.find("m", "1", "p1")).isNull();
    assertThat(inForce(T)).isEqualTo("b1");
  }

  @Test
  void profileThatIsProvisional_inAnEnvelopeThatIsNot_isRefused() {
    Baseline honest = provisional("p1", T);
    publish(new Baseline("m", "1", "p1", T, T - 2, T - 1, false, honest.profile()));

    assertThat(refused).singleElement().returns(Reason.BAD_VALUE, DeadLetter::reason);
    assertThat(refused.get(0).field()).isEqualTo("provisional");
  }

  @Test
  void olderBaselines_areLetGo() {
    for (int i = 0; i < 10; i++) {
      publish(baseline("b" + i, T + i * 600_000L, i));
    }

    assertThat(baselines.find("m", "1", "b5")).isNull();
    assertThat(baselines.find("m", "1", "b6")).isNotNull();
    assertThat(inForce(T)).isEqualTo("b6");
  }

  @Test
  void versionOverTheLimit_isRefused_andLeavesNothing() {
    Baselines few = new Baselines(false, 1, Baselines.SHARE_OF_HEAP, refused::add);
    apply(few, baseline("b1", T, 1));
    apply(few, ofModel("n", baseline("b2", T, 1)));

    assertThat(refused).singleElement().returns(Reason.OVER_LIMIT, DeadLetter::reason);
    assertThat(few.models()).isEqualTo(1);

    apply(few, baseline("b1", T, 1).key(), null);
    assertThat(few.models()).isZero();
    assertThat(few.has("m", "1")).isFalse();
  }

  @Test
  void profilesOverTheLimitOfBytes_areRefused_untilOthersGo() {
    int size = baseline("b1", T, 1).profile().length;
    Baselines few = new Baselines(false, 10, 2 * size + size / 2, refused::add);
    apply(few, baseline("b1", T, 1));
    apply(few, ofModel("n", baseline("b1", T, 1)));
    assertThat(refused).isEmpty();

    apply(few, ofModel("o", baseline("b1", T, 1)));
    assertThat(refused)
        .singleElement()
        .returns(Reason.OVER_LIMIT, DeadLetter::reason)
        .returns("profile", DeadLetter::field);
    assertThat(few.has("o", "1")).isFalse();
    assertThat(few.models()).isEqualTo(2);

    apply(few, baseline("b1", T, 1).key(), null);
    apply(few, ofModel("o", baseline("b1", T, 1)));
    assertThat(refused).hasSize(1);
    assertThat(few.has("o", "1")).isTrue();
  }

  /** The fifth takes the place of the first, so its bytes are free. */
  @Test
  void profileThatReplacesAnotherOfItsVersion_isNotOneMore() {
    int size = baseline("b1", T, 1).profile().length;
    Baselines few = new Baselines(false, 10, 4 * size + size / 2, refused::add);
    for (int i = 1; i <= 9; i++) {
      apply(few, baseline("b" + i, T + i * 600_000L, 1));
    }

    assertThat(refused).isEmpty();
    assertThat(few.find("m", "1", "b9")).isNotNull();
  }

  /** Every subtask of every operator has a directory of its own. */
  @Test
  void directoriesOfOneProcess_shareProfileAndLayout() {
    Baselines other = new Baselines(false, refused::add);
    Baselines withSketches = new Baselines(true, refused::add);
    for (Baselines each : List.of(baselines, other, withSketches)) {
      apply(each, baseline("b1", T, 1));
    }

    TileLayout layout = baselines.find("m", "1", "b1");
    assertThat(layout).isNotNull();
    assertThat(other.find("m", "1", "b1")).isSameAs(layout);
    assertThat(withSketches.find("m", "1", "b1")).isNotNull().isNotSameAs(layout);
  }

  @Test
  void version_hasABaseline_whateverItsTime() {
    assertThat(baselines.has("m", "1")).isFalse();
    publish(provisional("p1", T));

    assertThat(baselines.has("m", "1")).isTrue();
    assertThat(baselines.has("m", "2")).isFalse();
  }

  private static Baseline ofModel(String model, Baseline of) {
    byte[] profile =
        new String(of.profile(), StandardCharsets.UTF_8)
            .replace("\"model\":\"m\"", "\"model\":\"" + model + "\"")
            .getBytes(StandardCharsets.UTF_8);
    return new Baseline(
        model,
        of.modelVersion(),
        of.profileId(),
        of.createdAtMillis(),
        of.dataStartMillis(),
        of.dataEndMillis(),
        of.provisional(),
        profile);
  }

  private @Nullable String inForce(long atMillis) {
    TileLayout layout = baselines.inForce("m", "1", atMillis);
    return layout == null ? null : layout.profile().id();
  }

  private static Baseline provisional(String id, long createdAtMillis) {
    return baseline(id, createdAtMillis, 1, Source.PROVISIONAL);
  }

  private static Baseline baseline(String id, long createdAtMillis, int seed) {
    return baseline(id, createdAtMillis, seed, Source.UPLOADED);
  }

  private static Baseline baseline(String id, long createdAtMillis, int seed, Source source) {
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      double value = i * (seed + 1);
      rows.add(values -> values.number(0, value));
    }
    BaselineProfile profile =
        ProfileBuilder.build(
            new Identity(id, "m", "1", createdAtMillis, source),
            Precision.DOUBLE,
            List.of(Declared.numeric("f")),
            ProfileOptions.standard(200),
            rows);
    return new Baseline(
        "m",
        "1",
        id,
        createdAtMillis,
        T - 2,
        T - 1,
        source == Source.PROVISIONAL,
        ProfileJson.write(profile));
  }

  private static Baseline with(Baseline of, byte[] profile) {
    return new Baseline(
        of.modelId(),
        of.modelVersion(),
        of.profileId(),
        of.createdAtMillis(),
        of.dataStartMillis(),
        of.dataEndMillis(),
        of.provisional(),
        profile);
  }

  private void publish(Baseline baseline) {
    apply(baselines, baseline);
  }

  private static void apply(Baselines to, Baseline baseline) {
    apply(to, baseline.key(), BaselineCodec.write(baseline));
  }

  private void apply(byte[] key, byte @Nullable [] value) {
    apply(baselines, key, value);
  }

  @SuppressWarnings("NullAway") // Kafka's record takes a null value for a tombstone.
  private static void apply(Baselines to, byte[] key, byte @Nullable [] value) {
    to.apply(
        new ConsumerRecord<>(
            "runway.baselines",
            0,
            0,
            T,
            TimestampType.LOG_APPEND_TIME,
            0,
            0,
            key,
            value,
            new RecordHeaders(),
            Optional.empty()));
  }
}
