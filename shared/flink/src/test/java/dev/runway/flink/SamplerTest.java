package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
  /** Computed by a separate implementation in Python. If one of these changes, joins break. */
  @ParameterizedTest
  @CsvSource({
    "'', e220a8397b1dcdaf, 0.8833108082136426",
    "a, c5037d9b6eb8da20, 0.7695845131372353",
    "p-1, e3c8c793d8600e0a, 0.889782403559707",
    "12345678, 181638b3fc0b93db, 0.09408907312540138",
    "123456789, c311e9362bc8fa18, 0.7619920499089722",
    "0192f0c4-7b1e-7cc3-98c4-dc0c0c07398f, dd2d7b0f7af125ae, 0.8639752304833945",
    "Zürich✈, 152d453c10c10f15, 0.08272202221337832"
  })
  void hash_neverChanges(String id, String hash, double position) {
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);

    assertThat(Long.toHexString(Sampler.hash(bytes))).isEqualTo(hash);
    assertThat(Sampler.position(bytes)).isEqualTo(position);
    assertThat(Sampler.position(id)).isEqualTo(position);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.01, 0.3})
  void share_isTheRate(double rate) {
    Sampler sampler = Sampler.of(rate);
    int kept = 0;
    int ids = 200_000;
    for (int i = 0; i < ids; i++) {
      kept += sampler.keeps("prediction-" + i) ? 1 : 0;
    }

    // Four standard deviations of a binomial.
    assertThat((double) kept / ids).isCloseTo(rate, within(4 * Math.sqrt(rate * (1 - rate) / ids)));
  }

  @Test
  void idsOfALowerRate_areKeptAtEveryHigherOne() {
    for (int i = 0; i < 10_000; i++) {
      String id = "p" + i;
      if (Sampler.of(0.1).keeps(id)) {
        assertThat(Sampler.of(0.2).keeps(id)).isTrue();
      }
    }
  }

  @Test
  void textAndBytes_giveTheSameAnswer() {
    Sampler sampler = Sampler.of(0.5);
    for (int i = 0; i < 1_000; i++) {
      String id = "präd-" + i;
      assertThat(sampler.keeps(id.getBytes(StandardCharsets.UTF_8))).isEqualTo(sampler.keeps(id));
    }
  }

  @Test
  void rateOfOne_keepsEverything() {
    assertThat(Sampler.of(1).keeps("anything")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.0001, Double.NaN})
  void impossibleRate_isRefused(double rate) {
    assertThatThrownBy(() -> Sampler.of(rate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 1");
  }
}
