package dev.runway.embedding.space;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.embedding.TestingSpaces;
import dev.runway.model.DeadLetter;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpaceCodec;
import dev.runway.model.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class SpaceDocumentsTest {
  private final List<DeadLetter> refused = new ArrayList<>();
  private final SpaceDocuments documents = new SpaceDocuments(refused::add);
  private long offset;

  @Test
  void newerDocument_takesThePlaceOfTheOlderOne_andATombstoneEndsIt() {
    EmbeddingSpace first = TestingSpaces.space();
    EmbeddingSpace second = TestingSpaces.space(2, 0.5, 2_000);
    apply("titles", EmbeddingSpaceCodec.write(first));
    assertThat(documents.get("titles")).isEqualTo(first);
    apply("titles", EmbeddingSpaceCodec.write(second));
    assertThat(documents.get("titles")).isEqualTo(second);
    apply("titles", null);
    assertThat(documents.get("titles")).isNull();
    assertThat(refused).isEmpty();
  }

  @Test
  void whatIsRefused_changesNothing() {
    EmbeddingSpace held = TestingSpaces.space(2, 1, 2_000);
    apply("titles", EmbeddingSpaceCodec.write(held));

    apply("titles", EmbeddingSpaceCodec.write(TestingSpaces.space()));
    apply("other", EmbeddingSpaceCodec.write(TestingSpaces.space(3, 1, 2_000)));
    apply("titles", "{}".getBytes(StandardCharsets.UTF_8));
    apply(null, EmbeddingSpaceCodec.write(held));

    assertThat(documents.get("titles")).isEqualTo(held);
    assertThat(documents.get("other")).isNull();
    assertThat(refused)
        .extracting(DeadLetter::reason)
        .containsExactly(
            Reason.BAD_VALUE, Reason.KEY_MISMATCH, Reason.MISSING_FIELD, Reason.KEY_MISMATCH);
  }

  /** What is known of a space must not go because its last document is malformed. */
  @Test
  void malformedDocumentWithoutOneBeforeIt_isNoEnd() {
    apply("titles", "{}".getBytes(StandardCharsets.UTF_8));
    assertThat(documents.get("titles")).isNull();
    assertThat(documents.isUnreadable("titles")).isTrue();
    assertThat(documents.isUnreadable("other")).isFalse();

    apply("titles", EmbeddingSpaceCodec.write(TestingSpaces.space()));
    apply("titles", "{}".getBytes(StandardCharsets.UTF_8));
    assertThat(documents.isUnreadable("titles")).as("the one before is in force").isFalse();

    apply("titles", null);
    apply("other", "{}".getBytes(StandardCharsets.UTF_8));
    apply("other", null);
    assertThat(documents.isUnreadable("titles")).isFalse();
    assertThat(documents.isUnreadable("other")).isFalse();
  }

  /** Results of one revision are put in order by how much was known. */
  @Test
  void otherSampleOrVersions_needAHigherRevision_otherConsumersDoNot() {
    EmbeddingSpace first = TestingSpaces.space(1, 1, 2_000);
    EmbeddingSpace consumed = TestingSpaces.space(1, 1, 2_000, EmbeddingSpace.Usage.SIMILARITY);
    apply("titles", EmbeddingSpaceCodec.write(first));
    apply("titles", EmbeddingSpaceCodec.write(consumed));
    assertThat(refused).isEmpty();

    apply("titles", EmbeddingSpaceCodec.write(TestingSpaces.space(1, 1, 1_000)));
    apply("titles", EmbeddingSpaceCodec.write(TestingSpaces.space(1, 0.5, 2_000)));
    apply("titles", EmbeddingSpaceCodec.write(TestingSpaces.withoutBaseline(first)));
    apply("titles", EmbeddingSpaceCodec.write(judgedFrom(first, 500)));
    assertThat(refused).extracting(DeadLetter::field).containsOnly("revision").hasSize(4);
    assertThat(documents.get("titles")).isEqualTo(consumed);
  }

  private static EmbeddingSpace judgedFrom(EmbeddingSpace space, int pairs) {
    return new EmbeddingSpace(
        space.spaceId(),
        space.revision(),
        space.versions(),
        space.pairs(),
        space.baseline(),
        space.consumers(),
        space.sampleRate(),
        space.sampleSize(),
        pairs);
  }

  private void apply(String key, byte[] value) {
    byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    documents.apply(new ConsumerRecord<>("runway.spaces", 0, offset++, bytes, value));
  }
}
