package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the plain reader takes, the strict one takes for the same. */
class PlainPredictionReaderTest {
  private static final long SEED = 20_261_126L;
  private static final String HEAD =
      "{\"prediction_id\":\"p\",\"model_id\":\"m\",\"model_version\":\"v\",";
  private static final String GOOD = HEAD + "\"predicted_at\":983428200000,\"score\":0.25";

  private static final String EMBEDDINGS =
      "[{\"space_id\":\"s\",\"embedding_version\":\"v 5\"},"
          + " {\"space_id\":\"t\",\"embedding_version\":\"6\"}]";

  private static final String FULL =
      """
      {"prediction_id": "p-1", "model_id": "m", "model_version": "1.0 beta",
       "predicted_at": 983428200000, "score": 0.25, "label": "yes", "value": -12.5e3,
       "entity_id": "e", "segment": "new york", "experiment": "x", "variant": "b",
       "propensity": 0.5, "weight": 2,
       "features": {"a": 1, "b": -2.50, "c": 1e-3, "word": "", "true": true, "false": false,
                    "none": null, "big": 123456789012345}}
      """;

  @Test
  void usualEvents_areReadPlainly() {
    assertThat(plain(FULL)).isEqualTo(strict(FULL));
    assertThat(plain(FULL)).hasSize(9).contains("b number -2.5", "word category ", "none missing");
    byte[] written =
        PredictionCodec.write(
            new Prediction(
                "p", "m", "v", 1, 0.5, null, 3, null, null, "s", null, null, Double.NaN, 4),
            features -> {
              features.number("a", 0.1);
              features.category("b", "x");
              features.missing("c");
            });
    assertThat(plain(written)).isEqualTo(strict(written)).hasSize(4);
    assertThat(plain(GOOD + ",\"features\":{}}")).hasSize(1);
    assertThat(plain(GOOD + ",\"embeddings\":" + EMBEDDINGS + "}")).hasSize(1);
    assertThat(plain(GOOD + ",\"embeddings\":[]}")).hasSize(1);
    assertThat(plain(GOOD + ",\"features\":null,\"label\":null}")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"features\":{\"a\":1,\"a\":2}",
        "\"embeddings\":{}",
        "\"embeddings\":[{\"space_id\":\"s\"}]",
        "\"embeddings\":[{\"embedding_version\":\"5\",\"space_id\":\"s\"}]",
        "\"embeddings\":[{\"space_id\":\"a b\",\"embedding_version\":\"5\"}]",
        "\"embeddings\":[{\"space_id\":\"s\",\"embedding_version\":\"\"}]",
        "\"embeddings\":[{\"space_id\":\"s\",\"embedding_version\":\"5\"},]",
        "\"features\":{\"a\":01}",
        "\"features\":{\"a\":1.}",
        "\"features\":{\"a\":+1}",
        "\"features\":{\"a\":NaN}",
        "\"features\":{\"a\":-0}",
        "\"features\":{\"a\":1e999}",
        "\"features\":{\"a\":12345678901234567890}",
        "\"features\":{\"a\":[1]}",
        "\"features\":{\"a\":{}}",
        "\"features\":{\"\":1}",
        "\"features\":{\"\\u0061\":1}",
        "\"features\":{\"é\":1}",
        "\"features\":{\"a\":\"\\n\"}",
        "\"features\":{\"a\":1,}",
        "\"features\":[]",
        "\"score\":0.5",
        "\"weight\":0",
        "\"label\":true",
        "\"ranking\":[\"a\"]",
        "\"unknown\":1",
        "\"entity_id\":\"a b\"",
        "\"entity_id\":\"\"",
        "\"value\":1e13",
        "\"propensity\":0"
      })
  void unusualEvents_areLeftToTheStrictReader_andNoFeatureIsTold(String more) {
    assertThat(plain(GOOD + "," + more + "}")).isNull();
    assertThat(plain(GOOD + "}" + more)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "1e3", "999999999999999", "\"2001-01-01T00:00:00Z\"", "007"})
  void unusualTimes_areLeftToTheStrictReader(String time) {
    assertThat(plain(HEAD + "\"predicted_at\":" + time + ",\"score\":0.5}")).isNull();
  }

  @Test
  void mutants_areReadAlike() {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[] golden = FULL.getBytes(StandardCharsets.UTF_8);
    int taken = 0;
    for (int i = 0; i < 200_000; i++) {
      if (readsAlike(Mutants.of(golden, random))) {
        taken++;
      }
    }
    assertThat(taken).isGreaterThan(10_000);
  }

  @Test
  void randomEvents_andPoisons_areReadAlike() {
    SplittableRandom random = new SplittableRandom(SEED);
    RandomPrediction events = new RandomPrediction(random);
    for (int i = 0; i < 20_000; i++) {
      readsAlike(events.json().getBytes(StandardCharsets.UTF_8));
    }
    Poisons.notAnEvent().forEach(poison -> readsAlike(poison.bytes()));
  }

  @Test
  void numbers_areThoseOfTheJdk() {
    SplittableRandom random = new SplittableRandom(SEED);
    int taken = 0;
    for (int i = 0; i < 100_000; i++) {
      String number = number(random);
      List<String> told = plain(GOOD + ",\"features\":{\"a\":" + number + "}}");
      if (told != null) {
        taken++;
        assertThat(told.get(1)).isEqualTo("a number " + Double.parseDouble(number));
      }
    }
    assertThat(taken).isGreaterThan(50_000);
  }

  private static String number(SplittableRandom random) {
    StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "-" : "");
    text.append(random.nextLong(1, (long) Math.pow(10, 1 + random.nextInt(15))));
    if (random.nextBoolean()) {
      text.append('.');
      for (int i = random.nextInt(8); i >= 0; i--) {
        text.append(random.nextInt(10));
      }
    }
    if (random.nextInt(4) == 0) {
      text.append(random.nextBoolean() ? "e" : "E+").append(random.nextInt(25));
    }
    return text.toString();
  }

  /** Names beyond all that are held: they are let go, and no event has one of them twice. */
  @Test
  void namesWithoutEnd_areReadAlike() {
    for (int event = 0; event < 40; event++) {
      StringBuilder features = new StringBuilder("\"features\":{\"again\":1");
      for (int i = 0; i < 4_000; i++) {
        features.append(",\"name").append(event * 4_000 + i).append("\":1");
      }
      readsAlike(bytes(GOOD + "," + features + "}}"));
      assertThat(plain(GOOD + "," + features + ",\"again\":2}}")).isNull();
    }
  }

  /** In one order or another, some within others, and now and then one twice. */
  @Test
  void namesInAnyOrder_areReadAlike() {
    SplittableRandom random = new SplittableRandom(SEED);
    List<String> names = List.of("a", "aa", "aaa", "b", "ab", "ba", "a,b", "c");
    int taken = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder features = new StringBuilder("\"features\":{\"first\":0");
      int from = random.nextInt(names.size());
      int step = random.nextInt(4) == 0 ? 3 : 1;
      for (int n = random.nextInt(names.size() + 2); n > 0; n--, from += step) {
        features.append(",\"").append(names.get(from % names.size())).append("\":").append(n);
      }
      taken += readsAlike(bytes(GOOD + "," + features + "}}")) ? 1 : 0;
    }
    assertThat(taken).isBetween(40_000, 49_000);
  }

  private static boolean readsAlike(byte @Nullable [] bytes) {
    List<String> plain = plain(bytes);
    if (plain == null) {
      return false;
    }
    assertThat(strict(bytes)).isEqualTo(plain);
    return true;
  }

  private static @Nullable List<String> plain(String json) {
    return plain(bytes(json));
  }

  private static @Nullable List<String> plain(byte @Nullable [] bytes) {
    Told told = new Told();
    Prediction prediction = PlainPredictionReader.read(bytes, told);
    if (prediction == null) {
      assertThat(told.features).isEmpty();
      return null;
    }
    assertThat(PlainPredictionReader.read(bytes, null)).isEqualTo(prediction);
    return told.behind(prediction);
  }

  private static List<String> strict(String json) {
    return strict(bytes(json));
  }

  private static List<String> strict(byte @Nullable [] bytes) {
    Told told = new Told();
    try {
      return told.behind(PredictionCodec.readStrictly(bytes, told));
    } catch (MalformedEvent e) {
      return List.of(e.toString());
    }
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static final class Told implements FeatureSink {
    private final List<String> features = new ArrayList<>();

    List<String> behind(Prediction prediction) {
      List<String> all = new ArrayList<>();
      all.add(prediction.toString());
      all.addAll(features);
      return all;
    }

    @Override
    public void number(String name, double value) {
      features.add(name + " number " + value);
    }

    @Override
    public void category(String name, String value) {
      features.add(name + " category " + value);
    }

    @Override
    public void missing(String name) {
      features.add(name + " missing");
    }
  }
}
