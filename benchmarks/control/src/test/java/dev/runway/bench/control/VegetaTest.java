package dev.runway.bench.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * What vegeta 12.13 wrote about a server that answered 200, 503, 404, and about one that was away.
 */
class VegetaTest {
  private static final String WRITTEN =
      """
      1795762759858232804,200,1911836,0,18,,eyJhIjoxLCJiIjoieCwgeSJ9,,0,GET,http://127.0.0.1:18971/v1/models/model-7/impact,Q29u
      1795762760107789242,503,1735883,0,18,503 Service Unavailable,eyJhIjoxLCJiIjoieCwgeSJ9,,1,GET,http://127.0.0.1:18971/v1/retrain-queue?busy,Q29u
      1795762760357807173,404,642523,0,18,404 Not Found,eyJhIjoxLCJiIjoieCwgeSJ9,,2,GET,http://127.0.0.1:18971/v1/models/none,Q29u
      1795762760607803991,0,302384,0,0,"Get ""http://127.0.0.1:18972/v1/models?q=a,b"": dial tcp 0.0.0.0:0->127.0.0.1:18972: connect: connection refused",,,3,GET,http://127.0.0.1:18972/v1/models?q=a,
      """;

  private static final Map<String, Read> KINDS =
      Map.of(
          "http://127.0.0.1:18971/v1/models/model-7/impact", Read.IMPACT,
          "http://127.0.0.1:18971/v1/retrain-queue?busy", Read.QUEUE,
          "http://127.0.0.1:18971/v1/models/none", Read.MODEL,
          "http://127.0.0.1:18972/v1/models?q=a", Read.SEARCH);

  @Test
  void eachRequestIsCountedForItsKind_asAnAnswerARefusalOrAnError() throws IOException {
    Map<Read, Found> all = Vegeta.found(new StringReader(WRITTEN), KINDS);

    assertThat(found(all, Read.IMPACT)).isEqualTo("1 0 0");
    assertThat(found(all, Read.QUEUE)).isEqualTo("1 1 0");
    assertThat(found(all, Read.MODEL)).isEqualTo("1 0 1");
    assertThat(found(all, Read.SEARCH)).isEqualTo("1 0 1");
    assertThat(found(all, Read.HEALTH)).isEqualTo("0 0 0");
    assertThat(Objects.requireNonNull(all.get(Read.IMPACT)).maxMillis()).isEqualTo(1.911);
  }

  @Test
  void whatWasNotAskedFor_isNotCounted() {
    assertThatThrownBy(() -> Vegeta.found(new StringReader(WRITTEN), Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("model-7/impact was not asked for");
  }

  /** Requests, refusals, errors. */
  private static String found(Map<Read, Found> all, Read read) {
    Found found = Objects.requireNonNull(all.get(read));
    return found.requests() + " " + found.refused() + " " + found.errors();
  }
}
