package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many items a document keeps: enough for what is asked of them, or it is refused. */
class EmbeddingSpaceCodecTest {

  /** What is fitted to directions takes 40 pairs a dimension. */
  @ParameterizedTest
  @CsvSource({"1, 20000", "64, 20000", "416, 20000", "512, 24576", "2048, 98304"})
  void usualSample_isEnoughForTheDimensions(int dimensions, int items) throws MalformedEvent {
    EmbeddingSpace space = read(dimensions, "");

    assertThat(space.sampleSize()).isEqualTo(items).isGreaterThanOrEqualTo(48 * dimensions);
    assertThat(EmbeddingSpaceCodec.read(EmbeddingSpaceCodec.write(space))).isEqualTo(space);
  }

  @ParameterizedTest
  @CsvSource({"512, 24575, 24576", "64, 3071, 3072"})
  void smallerSample_isRefusedWithTheLeastThatIsNot(int dimensions, int items, int least)
      throws MalformedEvent {
    assertThatThrownBy(() -> read(dimensions, sample(items)))
        .isInstanceOfSatisfying(
            MalformedEvent.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Reason.BAD_VALUE);
              assertThat(refusal.field()).isEqualTo("sample_size");
            })
        .hasMessageContaining("at least " + least);
    assertThat(read(dimensions, sample(least)).sampleSize()).isEqualTo(least);
  }

  private static String sample(int items) {
    return ",\"sample_size\":" + items;
  }

  private static EmbeddingSpace read(int dimensions, String more) throws MalformedEvent {
    String json =
        """
        {"space_id":"titles","versions":[{"version":"v1","dimensions":1},
        {"version":"v2","dimensions":%d}]%s}
        """
            .formatted(dimensions, more);
    return EmbeddingSpaceCodec.read(json.getBytes(StandardCharsets.UTF_8));
  }
}
