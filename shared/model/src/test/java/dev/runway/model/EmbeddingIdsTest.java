package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingIdsTest {
  private static final EmbeddingIds IDS = new EmbeddingIds("titles", "item-7");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"space_id\":\"titles\",\"item_id\":\"item-7\",\"vector\":[1]}",
        "{ \"item_id\" :\n\"item-7\", \"vector\":\"AAAA\",\t\"space_id\": \"titles\" }",
        "{\"more\":{\"space_id\":\"x\",\"item_id\":\"y\"},\"item_id\":\"item-7\","
            + "\"list\":[\"space_id\"],\"space_id\":\"titles\"}",
        // Broken off behind them: whoever keeps it reads it whole.
        "{\"space_id\":\"titles\",\"item_id\":\"item-7\",\"vec"
      })
  void idsOfTheRootObject_areFound(String json) {
    assertThat(find(json)).isEqualTo(IDS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"space_id\":\"titles\"}",
        "{\"space_id\":\"titles\",\"item_id\":7}",
        "{\"space_id\":\"titles\",\"item_id\"",
        "{\"space_id\":\"titles\",\"item_id\":\"item-7",
        "{\"space_id\":\"tit\\u006ces\",\"item_id\":\"item-7\"}",
        "{\"a\":\"space_id\",\"item_id\":\"item-7\"}",
        "[{\"space_id\":\"titles\",\"item_id\":\"item-7\"}]"
      })
  void anythingElse_hasNone(String json) {
    assertThat(find(json)).isNull();
  }

  /** What both find must be the same, or sampling and pairing would disagree. */
  @Test
  void mutants_haveTheIdsOfTheirCodecOrNone() {
    SplittableRandom random = new SplittableRandom(7);
    byte[] golden =
        EmbeddingCodec.write(
            new Embedding("titles", "v5", "item-7", new float[] {1, 2}, 983428200000L, 1));
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] mutant = Mutants.of(golden, random);
      try {
        Embedding embedding = EmbeddingCodec.read(mutant);
        EmbeddingIds ids = EmbeddingIds.find(mutant);
        if (ids != null) {
          read++;
          assertThat(ids).isEqualTo(new EmbeddingIds(embedding.spaceId(), embedding.itemId()));
        }
      } catch (MalformedEvent e) {
        // Nothing to compare with.
      }
    }
    assertThat(read).isGreaterThan(500);
  }

  private static EmbeddingIds find(String json) {
    return EmbeddingIds.find(json.getBytes(StandardCharsets.UTF_8));
  }
}
