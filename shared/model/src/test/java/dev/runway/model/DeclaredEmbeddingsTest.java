package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which versions of embedding spaces a prediction says it rests on. */
class DeclaredEmbeddingsTest {
  private static final String GOOD =
      "{\"prediction_id\":\"p\",\"model_id\":\"m\",\"model_version\":\"v\",\"predicted_at\":1,\"score\":0";
  private static final String USE = "{\"space_id\":\"titles\",\"embedding_version\":\"v5\"}";

  @Test
  void uses_areThoseOfTheList() throws MalformedEvent {
    String two = USE + ", {\"new\":1, \"embedding_version\":\"é\", \"space_id\":\"titles\"}";

    DeclaredEmbeddings read = read("\"embeddings\":[" + two + "],\"features\":{\"a\":1}");

    assertThat(read.prediction().predictionId()).isEqualTo("p");
    assertThat(read.uses())
        .containsExactly(new EmbeddingUse("titles", "v5"), new EmbeddingUse("titles", "é"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"embeddings\":[]",
        "\"embeddings\":null",
        "\"features\":{\"embeddings\":1}",
        "\"segment\":\"embeddings\"",
        "\"label\":\"x\""
      })
  void predictionWithoutUses_isNull(String field) throws MalformedEvent {
    assertThat(read(field)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{}|WRONG_TYPE|embeddings",
        "[1]|WRONG_TYPE|embeddings[0]",
        "[{'space_id':'s'}]|MISSING_FIELD|embeddings[0].embedding_version",
        "[{'embedding_version':'5'}]|MISSING_FIELD|embeddings[0].space_id",
        "[{'space_id':'a b','embedding_version':'5'}]|BAD_VALUE|embeddings[0].space_id"
      })
  void badUses_areRefusedByEveryReaderOfPredictions(String list, Reason reason, String field) {
    byte[] event = event("\"embeddings\":" + list.replace('\'', '"'));

    List<Contract.Reader<?>> readers = List.of(DeclaredEmbeddings::read, PredictionCodec::read);
    for (Contract.Reader<?> reader : readers) {
      assertThatThrownBy(() -> reader.read(event))
          .isInstanceOfSatisfying(
              MalformedEvent.class,
              refused ->
                  assertThat(refused)
                      .returns(reason, MalformedEvent::reason)
                      .returns(field, MalformedEvent::field));
    }
  }

  @Test
  void moreThanTheLimit_isRefused() throws MalformedEvent {
    String most = String.join(",", Collections.nCopies(Limits.MAX_EMBEDDING_USES, USE));

    assertThat(read("\"embeddings\":[" + most + "]")).isNotNull();
    assertThatThrownBy(() -> read("\"embeddings\":[" + most + "," + USE + "]"))
        .hasMessageContaining("at most 16");
  }

  @Test
  void nothing_isNull() throws MalformedEvent {
    assertThat(DeclaredEmbeddings.read(null)).isNull();
    assertThat(DeclaredEmbeddings.read(new byte[3])).isNull();
  }

  private static DeclaredEmbeddings read(String field) throws MalformedEvent {
    return DeclaredEmbeddings.read(event(field));
  }

  private static byte[] event(String field) {
    return (GOOD + "," + field + "}").getBytes(StandardCharsets.UTF_8);
  }
}
